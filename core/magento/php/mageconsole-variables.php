<?php
/*
 * Which CONFIG__ variables php-fpm gives to a shop; sent before the probe, as one script with it.
 *
 * The environment of a php-fpm process can't be read: its title is written over it. So its configuration is: a pool
 * passes on what its env[...] says, and all that php-fpm was started with where clear_env is off; and PHP takes them
 * only where variables_order holds an E, which Debian's and PHP's own php.ini do not have.
 */

trait MageconsoleVariables
{
    /** Name => value in base64; null where it can't be told, as where no php-fpm runs. */
    private function variables(string $root, string $proc = '/proc')
    {
        $found = [];
        $known = false;
        foreach ($this->pools($root, $proc) as [$file, $pool]) {
            if (strpos(strtoupper($this->order($file, $pool)), 'E') === false) {
                $known = true;
                continue;
            }
            $inherits = in_array(strtolower((string)($pool['clear_env'] ?? 'yes')), ['no', 'off', '0', 'false'], true);
            $known = $known || !$inherits;
            foreach ((array)($pool['env'] ?? []) as $name => $value) {
                $value = (string)$value;
                if (strncmp((string)$name, 'CONFIG__', 8) === 0 && ($value === '' || $value[0] !== '$')) {
                    $found[$name] = base64_encode($value);
                }
            }
        }
        return $found === [] && !$known ? null : (object)$found;
    }

    /** The pools of the shop's own user, or else all of them, each with its php-fpm's configuration file. */
    private function pools(string $root, string $proc): array
    {
        $all = [];
        foreach (glob("$proc/[0-9]*/cmdline") ?: [] as $line) {
            if (!preg_match('~^php-fpm\S*: master process \((.+?)\)~', (string)@file_get_contents($line), $found)) {
                continue;
            }
            foreach ($this->sections($found[1]) as $pool) {
                $all[] = [$found[1], $pool];
            }
        }
        $owner = function_exists('posix_getpwuid') ? (posix_getpwuid((int)@fileowner($root))['name'] ?? '') : '';
        $own = array_filter($all, static function ($one) use ($owner) { return ($one[1]['user'] ?? '') === $owner; });
        return array_values($own === [] ? $all : $own);
    }

    /** The sections of a configuration file and of those that it includes, but for [global]. */
    private function sections(string $file, int $depth = 0): array
    {
        $text = (string)@file_get_contents($file);
        $found = [];
        foreach (@parse_ini_string($text, true, INI_SCANNER_RAW) ?: [] as $name => $section) {
            if (is_array($section) && $name !== 'global') {
                $found[] = $section;
            }
        }
        preg_match_all('~^\s*include\s*=\s*["\']?([^"\';\s]+)~m', $text, $included);
        foreach ($depth < 5 ? $included[1] : [] as $pattern) {
            foreach (glob($pattern[0] === '/' ? $pattern : dirname($file) . '/' . $pattern) ?: [] as $inner) {
                $found = array_merge($found, $this->sections($inner, $depth + 1));
            }
        }
        return $found;
    }

    /** variables_order of a pool: its own, that of php-fpm's php.ini, or where there is none that of this PHP. */
    private function order(string $file, array $pool): string
    {
        foreach (['php_admin_value', 'php_value'] as $key) {
            if (isset($pool[$key]['variables_order'])) {
                return (string)$pool[$key]['variables_order'];
            }
        }
        $order = null;
        $beside = dirname($file);
        foreach (array_merge(["$beside/php.ini"], glob("$beside/conf.d/*.ini") ?: []) as $ini) {
            if (preg_match('~^\s*variables_order\s*=\s*["\']?([A-Za-z]*)~m', (string)@file_get_contents($ini), $set)) {
                $order = $set[1];
            }
        }
        return $order ?? (is_file("$beside/php.ini") ? 'EGPCS' : (string)ini_get('variables_order'));
    }
}
