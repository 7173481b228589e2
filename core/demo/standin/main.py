"""`php`: what of PHP's command line a deployment uses. Started by the `php` in a host's own `bin`."""

import re
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

_VERSION: Final = """PHP 8.2.28 (cli) (built: Mar 13 2026 18:21:38) (NTS)
Copyright (c) The PHP Group
Zend Engine v4.2.28, Copyright (c) Zend Technologies
    with Zend OPcache v8.2.28, Copyright (c), by Zend Technologies"""
_MODULES: Final = """bcmath Core ctype curl date dom exif fileinfo filter ftp gd gettext hash iconv intl json
libxml mbstring mysqlnd openssl pcntl pcre PDO pdo_mysql Phar posix random readline Reflection session shmop
SimpleXML soap sockets sodium SPL standard tokenizer xml xmlreader xmlwriter xsl zip zlib"""
_CODE: Final = {
    "PHP_VERSION": "8.2.28",
    "PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION": "8.2",
    'PHP_MAJOR_VERSION."."PHP_MINOR_VERSION': "8.2",
    "PHP_VERSION_ID": "80228",
    "PHP_BINARY": "/usr/bin/php8.2",
    "PHP_OS": "Linux",
}


def main(words: list[str]) -> int:
    """Play `php`; return the exit code."""
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in ("-d", "-c", "-z"):
            rest = rest[1:]
        elif option in ("-v", "--version"):
            print(_VERSION)
            return 0
        elif option == "-m":
            print("\n".join(["[PHP Modules]", *_MODULES.split(), "", "[Zend Modules]", "Zend OPcache", ""]))
            return 0
        elif option in ("-i", "--ini"):
            print("phpinfo()\nPHP Version => 8.2.28\nvariables_order => GPCS => GPCS\nmemory_limit => -1 => -1")
            return 0
        elif option == "-r":
            return _evaluate(rest[0] if rest else "")
        elif option == "-l":
            return _lint(Path(rest[0])) if rest else 1
        elif option in ("-f", "--"):
            break
        elif not re.match(r"-[dnq]", option):
            print(f"Error in argument 1, char 2: option not found {option[1:2]}", file=sys.stderr)
            return 1
    return _script(rest)


def _script(words: list[str]) -> int:
    if not words:
        print("The stand-in plays no program from standard input.", file=sys.stderr)
        return 255
    path = Path(words[0])
    if not path.is_file():
        print(f"Could not open input file: {path}")
        return 1
    if path.name == "magento" and path.parent.name == "bin":
        from core.demo.standin import magento

        return magento.main(path, words[1:])
    if re.fullmatch(r"mageconsole-probe(-[0-9a-f]+)?\.php", path.name):
        from core.demo.standin import probe

        return probe.main()
    if re.fullmatch(r"mageconsole-ask(-[0-9a-f]+)?\.php", path.name):
        from core.demo.standin import asking

        return asking.main()
    if re.fullmatch(r"mageconsole-settings(-[0-9a-f]+)?\.php", path.name):
        from core.demo.standin import applying

        return applying.main()
    print(f"The stand-in does not play {path}.", file=sys.stderr)
    return 255


def _evaluate(code: str) -> int:
    """Answer what is asked of PHP itself; anything else is no part of the stand-in."""
    plain = re.sub(r"\s+|;$", "", re.sub(r"^\s*(echo|print)\b", "", code.strip()).rstrip(";"))
    if plain in _CODE:
        print(_CODE[plain], end="")
        return 0
    required = re.fullmatch(r"json_encode\((?:require|include)\(?[\"'](.+?)[\"']\)?\)", plain)
    if required:
        from core.demo.standin import phpfile
        from core.demo.standin.shop import encode

        print(encode(phpfile.read(Path(required[1]).read_text())), end="")
        return 0
    print(f"The stand-in does not know this program: {code}", file=sys.stderr)
    return 255


def _lint(path: Path) -> int:
    from core.demo.standin import phpfile

    if not path.is_file():
        print(f"Could not open input file: {path}")
        return 1
    try:
        phpfile.read(path.read_text())
    except phpfile.ParseError as error:
        if "return" in path.read_text():
            print(f"PHP Parse error:  {error.message} in {path} on line {error.line}", file=sys.stderr)
            print(f"Errors parsing {path}")
            return 255
    print(f"No syntax errors detected in {path}")
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)
