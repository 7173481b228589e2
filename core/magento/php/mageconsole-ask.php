<?php
/*
 * Asks one URL on this very host, again and again, and prints one JSON line for each answer.
 *
 * Standard input: {"url", "host", "headers": {name: value}, "timeout", "times", "interval", "seconds"}; times 0: until
 * `seconds` passed.
 * A line: {"at": unix time, "status": 0 = no answer, "ms", "version": static version in the body, "error",
 * "client": the address that the request came from}.
 * Plain sockets: the curl extension need not be there. No redirect is followed. A certificate is not verified:
 * the host asks itself, under a name that its certificate may not have.
 */

error_reporting(0);
set_time_limit(0);
const MAGECONSOLE_LARGEST_BODY = 4194304;

function mageconsole_target(array $asked): array
{
    $parts = parse_url((string)($asked['url'] ?? ''));
    if (!is_array($parts) || empty($parts['host'])) {
        fwrite(STDERR, "mageconsole-ask: no url\n");
        exit(2);
    }
    $tls = ($parts['scheme'] ?? 'http') === 'https';
    $port = (int)($parts['port'] ?? ($tls ? 443 : 80));
    $name = (string)($asked['host'] ?? '') !== '' ? (string)$asked['host'] : $parts['host'];
    $name = preg_replace('/[\r\n\s]/', '', $name);
    $headers = '';
    foreach ((array)($asked['headers'] ?? []) as $header => $value) {
        $headers .= preg_replace('/[\r\n]/', '', "$header: $value") . "\r\n";
    }
    return [
        'address' => ($tls ? 'ssl' : 'tcp') . '://' . $parts['host'] . ':' . $port,
        'host' => $name,
        'headers' => $headers,
        'path' => ($parts['path'] ?? '/') . '?' . (isset($parts['query']) ? $parts['query'] . '&' : ''),
        'timeout' => max(0.1, (float)($asked['timeout'] ?? 10)),
        'context' => ['ssl' => [
            'verify_peer' => false,
            'verify_peer_name' => false,
            'peer_name' => preg_replace('/:\d+$/', '', $name),
            'SNI_enabled' => true,
        ]],
    ];
}

/** Returns the whole answer, or throws; the deadline is one for connecting, sending and reading. */
function mageconsole_exchange(array $target, string $request, string &$client): string
{
    $deadline = microtime(true) + $target['timeout'];
    $context = stream_context_create($target['context']);
    $socket = stream_socket_client($target['address'], $number, $text, $target['timeout'], STREAM_CLIENT_CONNECT, $context);
    if ($socket === false) {
        throw new RuntimeException($text !== '' && $text !== null ? $text : 'no connection');
    }
    $client = trim(preg_replace('/:\d+$/', '', (string)stream_socket_get_name($socket, false)), '[]');
    fwrite($socket, $request);
    stream_set_blocking($socket, false);
    $answer = '';
    while (!feof($socket)) {
        $left = $deadline - microtime(true);
        if ($left <= 0) {
            fclose($socket);
            throw new RuntimeException('timed out after ' . $target['timeout'] . ' s');
        }
        $read = [$socket];
        $none = null;
        stream_select($read, $none, $none, (int)$left, (int)(($left - (int)$left) * 1e6) + 1);
        $chunk = fread($socket, 65536);
        if ($chunk !== false) {
            $answer .= $chunk;
        }
        if (strlen($answer) > MAGECONSOLE_LARGEST_BODY || mageconsole_whole($answer)) {
            break;
        }
    }
    fclose($socket);
    return $answer;
}

/** Whether an answer with a Content-Length is all there, for servers that keep the connection open. */
function mageconsole_whole(string $answer): bool
{
    $end = strpos($answer, "\r\n\r\n");
    if ($end === false) {
        return false;
    }
    $head = substr($answer, 0, $end);
    if (preg_match('/^Content-Length:\s*(\d+)/mi', $head, $found)) {
        return strlen($answer) - $end - 4 >= (int)$found[1];
    }
    return (bool)preg_match('/^Transfer-Encoding:\s*chunked/mi', $head) && substr($answer, -5) === "0\r\n\r\n";
}

function mageconsole_body(string $answer): string
{
    [$head, $body] = array_pad(explode("\r\n\r\n", $answer, 2), 2, '');
    if (!preg_match('/^Transfer-Encoding:\s*chunked/mi', $head)) {
        return $body;
    }
    $plain = '';
    while (preg_match('/^([0-9a-fA-F]+)[^\r\n]*\r\n/', $body, $size) && hexdec($size[1]) > 0) {
        $start = strlen($size[0]);
        $plain .= substr($body, $start, (int)hexdec($size[1]));
        $body = (string)substr($body, $start + (int)hexdec($size[1]) + 2);
    }
    return $plain;
}

/** The version in URLs of static content; in scripts their slashes are escaped in one way or another. */
function mageconsole_version(string $body): string
{
    $slash = '(?:/|\\\\/|\\\\u002[fF]|%2[fF])';
    if (preg_match('~static' . $slash . 'version([A-Za-z0-9_.]+)~', $body, $found)) {
        return $found[1];
    }
    // A host of its own for static content needs no `static` in the path; a version of ours has fifteen digits.
    return preg_match('~' . $slash . 'version(\d{15})' . $slash . '~', $body, $found) ? $found[1] : '';
}

function mageconsole_ask(array $target): array
{
    $at = microtime(true);
    $path = $target['path'] . 'mageconsole=' . bin2hex(random_bytes(8));
    $request = "GET $path HTTP/1.1\r\nHost: {$target['host']}\r\nUser-Agent: mageconsole\r\nAccept: text/html,*/*\r\n"
        . "Cache-Control: no-cache\r\n{$target['headers']}Connection: close\r\n\r\n";
    $line = ['at' => $at, 'status' => 0, 'ms' => 0.0, 'version' => '', 'error' => '', 'client' => ''];
    try {
        $answer = mageconsole_exchange($target, $request, $line['client']);
        if (preg_match('~^HTTP/\d(?:\.\d)? (\d{3})~', $answer, $found)) {
            $line['status'] = (int)$found[1];
            $line['version'] = mageconsole_version(mageconsole_body($answer));
        } else {
            $line['error'] = $answer === '' ? 'the connection was closed without an answer' : 'this is not HTTP';
        }
    } catch (Throwable $problem) {
        $line['error'] = $problem->getMessage();
    }
    $line['ms'] = round((microtime(true) - $at) * 1000, 1);
    return $line;
}

$asked = json_decode((string)stream_get_contents(STDIN), true);
if (!is_array($asked)) {
    fwrite(STDERR, "mageconsole-ask: standard input is not JSON\n");
    exit(2);
}
$target = mageconsole_target($asked);
$times = (int)($asked['times'] ?? 1);
$interval = max(0.0, (float)($asked['interval'] ?? 1));
$end = microtime(true) + (float)($asked['seconds'] ?? 60);
ini_set('serialize_precision', '-1');
for ($count = 1; ; $count++) {
    $began = microtime(true);
    $line = json_encode(mageconsole_ask($target), JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES) . "\n";
    if (fwrite(STDOUT, $line) !== strlen($line) || !fflush(STDOUT)) {
        exit(0);
    }
    $next = $began + $interval;
    if ($times > 0 ? $count >= $times : $next >= $end) {
        exit(0);
    }
    $pause = $next - microtime(true);
    if ($pause > 0) {
        usleep((int)($pause * 1e6));
    }
}
