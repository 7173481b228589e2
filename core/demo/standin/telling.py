"""What the probe tells of settings: the database's rows, fingerprints of ciphertexts, what modules declare."""

import base64
import gzip
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from core.demo.standin import database
from core.demo.standin.phpfile import Value, leaves, section
from core.demo.standin.settings import decrypted, has_field
from core.demo.standin.shop import Shop

_FILES = {"di": "di.xml", "config": "config.xml", "system": "adminhtml/system.xml"}


def told(shop: Shop, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the answer. Raises DatabaseError."""
    state = database.connect(shop.env).state
    websites = {str(row["website_id"]): code for code, row in state["websites"].items()}
    stores = {code: websites.get(str(row["website_id"]), "") for code, row in state["stores"].items()}
    wanted = asked.get("rows", True)
    rows = [(*_place(place), value) for place, value in state["config"].items()] if wanted else []
    hidden: list[tuple[str, str, str, str, Value]] = [("database", *row) for row in rows]
    for name, file in (("env.php", shop.env), ("config.php", shop.config)):
        hidden += [(name, *_place(place), value) for place, value in leaves(section(file, "system"), "")]
    key = bytes.fromhex(str(asked.get("key", "")))
    answer: dict[str, Any] = {
        "websites": list(websites.values()),
        "stores": stores,
        "rows": [(*row[:3], None if row[3] is None else _base64(str(row[3]))) for row in rows],
        "variables": {},
        "fingerprints": [
            (*one[:4], hmac.new(key, plain.encode(), hashlib.sha256).hexdigest())
            for one in hidden
            if isinstance(one[4], str) and one[4].startswith("0:3:") and (plain := decrypted(one[4], shop.env))
        ],
        "modules": "",
        "without_field": [path for path in asked.get("paths") or [] if not has_field(shop, path)],
    }
    if asked.get("modules"):
        packed = gzip.compress(
            json.dumps([_module(name, shop.modules[name]) for name in shop.enabled]).encode()
        )
        answer["modules"] = base64.b64encode(packed).decode()
    return answer


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _place(place: str) -> tuple[str, str, str]:
    """Return scope, code and path of a place within `system`."""
    scope, _, rest = place.partition("/")
    if scope == "default":
        return scope, "", rest
    code, _, path = rest.partition("/")
    return scope, code, path


def _module(name: str, place: Path) -> dict[str, Any]:
    xml = {
        key: (place / "etc" / file).read_text() if (place / "etc" / file).exists() else ""
        for key, file in _FILES.items()
    }
    return {"name": name, **xml, "partials": {}}
