"""One PHP process that answers many questions, so that thousands of examples are quick."""

import base64
import json
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.magento.php_values import Expression, Value

# Each line names a file; the answer tells what it returns with all types, its JSON, and var_export of it.
_SERVER = r"""
ini_set('serialize_precision', '-1');
function told($value) {
    if (is_array($value)) {
        $entries = [];
        foreach ($value as $key => $item) $entries[] = [told($key), told($item)];
        return ['array', $entries];
    }
    if (is_string($value)) return ['string', base64_encode($value)];
    if (is_float($value)) return ['float', bin2hex(pack('E', $value))];
    return [gettype($value), $value === null ? '' : (string)(int)$value];
}
while (($line = fgets(STDIN)) !== false) {
    $value = include trim($line);
    $json = json_encode($value);
    echo json_encode([
        'value' => told($value), 'json' => $json === false ? null : $json, 'sha1' => sha1((string)$json),
        'export' => base64_encode(var_export($value, true)),
    ]), "\n";
    flush();
}
"""


class PhpServer:
    """What PHP makes of files."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self._process = process
        self._folder = folder

    def ask(self, source: bytes) -> dict[str, Any]:
        """Return what PHP makes of a file with this text."""
        return self.ask_all([source])[0]

    def ask_all(self, sources: list[bytes]) -> list[dict[str, Any]]:
        """Return what PHP makes of each of a few dozen files."""
        assert self._process.stdin is not None and self._process.stdout is not None
        files = [self._folder / f"example{number}.php" for number in range(len(sources))]
        for file, source in zip(files, sources, strict=True):
            file.write_bytes(source)
        self._process.stdin.write("".join(f"{file}\n" for file in files).encode())
        self._process.stdin.flush()
        lines = [self._process.stdout.readline() for _ in files]
        assert all(lines), "PHP has ended"
        return [json.loads(line) for line in lines]


@contextmanager
def php_server(folder: Path) -> Iterator[PhpServer]:
    """Run a PHP process; it ends with the block."""
    with subprocess.Popen(["php", "-r", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield PhpServer(process, folder)


def told(value: Value) -> list[Any]:
    """Return a value as the server tells it."""
    if isinstance(value, dict):
        return ["array", [[told(key), told(item)] for key, item in value.items()]]
    if isinstance(value, str):
        return ["string", base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()]
    if isinstance(value, float):
        return ["float", struct.pack(">d", value).hex()]
    assert not isinstance(value, Expression)
    name = "NULL" if value is None else "boolean" if isinstance(value, bool) else "integer"
    return [name, "" if value is None else str(int(value))]
