"""Configuration files as people really write them: what can be read, what has to be run, what PHP itself refuses."""
# ruff: noqa: E501 (each file is one line, so that they can be compared)

from typing import Final

READ: Final = {
    "declare": b"<?php\ndeclare(strict_types=1);\n\nreturn ['a' => 1];\n",
    "one line": b"<?php return ['a' => ['b' => 1,],];",
    "byte order mark": b"\xef\xbb\xbf<?php return ['a' => 1];\n",
    "windows": b"<?php\r\nreturn [\r\n  'a' => 'x', // y\r\n  'b' => 'two\r\nlines',\r\n];\r\n",
    "old macintosh": b"<?php\rreturn [\r// c\r'a' => 'x'\r];\r",
    "closing tag": b"<?php\nreturn ['a' => 1];\n?>\n",
    "closing tag, lines after it": b"<?php\nreturn ['a' => 1];\n?>\n\n\n",
    "closing tag for a semicolon": b"<?php return ['a' => 1] ?>",
    "HTML comment": b"<!-- do not edit -->\n<?php return ['a' => 1];",
    "shebang": b"#!/usr/bin/env php\n<?php return ['a' => 1];",
    "two parts": b"<?php $x = 1; ?>\n<?php return ['a' => 1];",
    "space between parts": b"<?php // x ?> <?php\nreturn ['a' => 1];",
    "printed": b"<?php\necho 'x';\nreturn ['a' => 1];",
    "short echo": b"<?= 'x' ?><?php return ['a' => 1];",
    "capitals": b"<?PHP\nRETURN ARRAY('a' => TRUE, 'b' => Null);",
    "name space": b"<?php\nnamespace Foo;\nuse Bar\\Baz;\nreturn ['a' => Baz::class, 'b' => true, 'c' => \\PHP_EOL];",
    "comments": b"<?php\n// c ?\n# x\n/** y */\nreturn /* a */ [ // b\n 'a' /*c*/ => /*d*/ 1 /*e*/, # f\n /*g*/ ] /*h*/ ;",
    "brackets": b"<?php\nreturn (['a' => (1), 'b' => (('x'))]);",
    "variables": b"<?php\n$host = getenv('DB') ?: 'db';\nreturn ['db' => ['host' => $host, 'port' => 3306]];",
    "required": b"<?php\n$x = is_file(__DIR__ . '/no.php') ? require __DIR__ . '/no.php' : 5;\nreturn ['a' => $x, 'b' => 1];",
    "function before": b"<?php\n$f = function () { return 5; };\nreturn ['a' => $f(), 'b' => 1];",
    "class before": b"<?php\nfinal class MageconsoleOne { function m() { return 1; } }\nreturn ['a' => 1];",
    "enum": b"<?php enum MageconsoleTwo: string { case A = 'a'; } return ['a' => MageconsoleTwo::A->value, 'b' => 1];",
    "constants": b"<?php return ['a' => PHP_INT_MAX, 'b' => E_ALL, 'c' => DIRECTORY_SEPARATOR, 'd' => PHP_EOL];",
    "environment": b"<?php return ['a' => getenv('NOPE') ?: 'x', 'b' => $_ENV['X'] ?? 'y', 'c' => (int) (getenv('P') ?: 3306)];",
    "directory": b"<?php return ['a' => __DIR__ . '/..', 'b' => __LINE__];",
    "merged inside": b"<?php return ['a' => array_merge(['a' => 1], ['b' => 2]), 'c' => [...[1, 2]], 'd' => 1];",
    "arithmetic": b"<?php return ['a' => 60 * 60, 'b' => 5 - 3, 'c' => 2 ** 3, 'd' => 1 << 3, 'e' => - 5, 'f' => +3];",
    "casts": b"<?php return ['a' => (int) '5', 'b' => (bool) 0, 'c' => !true, 'd' => ~1, 'e' => 'str'[0]];",
    "joined": b"<?php return ['a' => 'x' . 'y' . \"z\\n\", 'b' => 'x' . 1, 'c' => 1.5 . 'x', 'd' => 'a' . -1, 'e' => 'x' . true];",
    "choices": b"<?php return ['a' => true ? 'x' : 'y', 'b' => null ?? 'z', 'c' => match(true) { default => 'x' }];",
    "reference": b"<?php $x = 5; return ['a' => &$x, 'b' => 1];",
    "heredocs": b"<?php $v = 'q'; return ['a' => <<<A\n  x\n    y\n  A, 'b' => [<<<'B'\n$x {$y} \\n\nB, 'c' => <<<\"Q\"\n"
    b"\\x41\\u{1F600}\\101\\q\nQ], 'd' => <<<A\n x $v\n A, 'e' => <<<A\nA, 'f' => <<<A\n<<<B\nB\nA, 'g' => <<<A\nx\nA . 'y'];",
    "windows heredoc": b"<?php\r\nreturn ['a' => <<<A\r\n  l1\r\n  l2\r\n  A];",
    "many keys": b"<?php return ['crypt' => ['key' => 'first\nsecond\n'], 'b' => 1];",
    "integers": b"<?php return [9223372036854775807, 9223372036854775808, -9223372036854775808, 0xFFFFFFFFFFFFFFFF, 0777,"
    b" 0o17, 0b11, 1_000_000];",
    "floats": b"<?php return [1., .5, 1e3, 1E-7, -0.0, 1.5e300, 0.1, 1_0.5, 100000000000000000000.0];",
    "keys twice": b"<?php return ['a' => ['x' => 1], 'b' => 2, 'a' => ['y' => 3], '1' => 'x', 1 => 'y'];",
    "mixed keys": b"<?php return ['x', 'k' => 'v', 'y', 5 => 'z', 'w', '7' => 'q', 'r', '08' => 's', true => 't', null => 'n',"
    b" 1 => 'f', false => 'u', '-1' => 'm', '-0' => 'o', '9223372036854775808' => 'd', ' 1' => 'e'];",
    "other letters": "<?php return ['ключ' => 'значение', 'é' => \"\u00a0x\u200b\"];".encode(),
    "latin 1": b"<?php return ['a' => '\xe4', \"b\" => \"\xff\"];",
    "after the return": b"<?php return ['a' => 1]; return ['a' => 2];",
}  # fmt: skip
"""What is read as PHP reads it, single values aside that stay expressions; each can be edited."""

COMPUTED: Final = {
    "merged": b"<?php return array_merge(['a' => 1], ['b' => 2]);",
    "a variable": b"<?php\n$config = ['a' => 1];\n$config['b'] = 2;\nreturn $config;",
    "an assignment": b"<?php return $config = ['a' => 1];",
    "a sum": b"<?php return ['a' => 1] + ['a' => 2, 'b' => 3];",
    "a cast": b"<?php return (array) ['a' => 1];",
    "a fallback": b"<?php return ['a' => 1] ?: [];",
    "spread": b"<?php return [...['a' => 1], 'b' => 2];",
    "computed keys": b"<?php return ['a' => 1, getenv('x') => 3];",
    "return in an if": b"<?php\nif (PHP_SAPI !== 'x') { return ['a' => 2]; }\nreturn ['a' => 1];",
    "return in an if, the other way": b"<?php\nif (PHP_SAPI === 'x'): return ['a' => 2]; endif;\nreturn ['a' => 1];",
    "return in a switch": b"<?php switch (1) { case 1: return ['a' => 9]; } return ['a' => 1];",
    "return in a loop": b"<?php foreach ([1] as $x) { return ['a' => 9]; } return ['a' => 1];",
    "goto": b"<?php goto end; return ['a' => 2]; end: return ['a' => 1];",
    "a name space in braces": b"<?php\nnamespace { return ['a' => 1]; }",
    "try": b"<?php try { return ['a' => 1]; } finally { }",
}
"""What returns an array that is only known when it is run."""

BROKEN: Final = {
    "short tag": b"<? return ['a' => 1];",
    "no semicolon": b"<?php return ['a' => 1]",
    "not closed": b"<?php return ['a' => 1;",
    "two commas": b"<?php return ['a' => 1,,];",
    "an octal that is none": b"<?php return ['a' => 08];",
    "a key too many": b"<?php return [9223372036854775807 => 'a', 'b'];",
    "a space from a web page": "<?php return ['a' =>\u00a01];".encode(),
    "a vertical tab": b"<?php return [\x0b'a' => 1];",
    "a comment without end": b"<?php /* x\nreturn ['a' => 1];",
    "an attribute for a comment": b"<?php\nreturn [ #[x]\n'a' => 1,\n];",
    "nothing": b"",
}
"""What PHP refuses, or does not take for an array."""
