"""Whether a config.php was only written anew, as setup:upgrade and module:enable do. Pure."""

from collections.abc import Iterable

from core.errors import ConsoleError
from core.magento.configuration_hash import json_encode
from core.magento.php_config import read


def same_config(config: bytes, others: Iterable[bytes]) -> bool:
    """Whether a config.php says what one of the others says; the order counts, the way it is written doesn't."""

    def values(source: bytes) -> str:
        try:
            return json_encode(read(source).values)
        except ConsoleError:  # not PHP, or nothing that can be compared: never the same as anything
            return ""

    now = values(config)
    return bool(now) and any(now == values(other) for other in others if other)
