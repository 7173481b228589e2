"""The files of static content: from which sources they come, and how they are published."""

import hashlib
from pathlib import Path

from core.demo.standin.shop import Shop

_GENERATED = {"js-translation.json": "{}", "requirejs-config.js": "(function(require){})(require);\n"}


def collect(shop: Shop, theme: str) -> dict[str, Path]:
    """Return the sources of a theme by the name that they are published under; themes win over modules."""
    area = theme.split("/")[0]
    found = _under(shop.root / "lib/web")
    for module in shop.enabled:
        place = shop.modules.get(module)
        if place is None:
            continue
        for part in ("base", area):
            found |= {f"{module}/{name}": path for name, path in _under(place / "view" / part / "web").items()}
    chain = [theme]
    while (parent := shop.parent_of(chain[-1], shop.themes)) in shop.themes:
        chain.append(parent)
    for name in reversed(chain):
        found |= _under(shop.themes[name] / "web")
    for name in _GENERATED:
        found[name] = shop.root / "lib/web" / name
    return found


def _under(place: Path) -> dict[str, Path]:
    return (
        {str(path.relative_to(place)): path for path in place.rglob("*") if path.is_file()}
        if place.is_dir()
        else {}
    )


def broken_less(files: dict[str, Path]) -> Path | None:
    """Return the first LESS source whose braces do not match."""
    for name in sorted(files):
        if name.endswith(".less"):
            text = files[name].read_text()
            if text.count("{") != text.count("}"):
                return files[name]
    return None


def publish(shop: Shop, package: str, locale: str, name: str, source: Path) -> None:
    """Write one published file; LESS becomes CSS, and its source is kept under `var/view_preprocessed`."""
    public = shop.root / "pub/static" / package / name
    public.parent.mkdir(parents=True, exist_ok=True)
    if name in _GENERATED:
        public.write_text(_GENERATED[name])
    elif name.endswith(".less"):
        text = source.read_text()
        kept = shop.root / "var/view_preprocessed/pub/static" / package / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(text)
        digest = hashlib.sha256(f"{locale}{text}".encode()).hexdigest()
        public.with_suffix(".css").write_text(f"/* {name} {locale} {digest} */\n{text}")
    else:
        public.write_bytes(source.read_bytes())
