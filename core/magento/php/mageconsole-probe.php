<?php
/*
 * Sent with mageconsole-probe-settings.php before it, as one script (core.actions.scripts).
 *
 * Asks Magento in one process, without touching what the live shop uses: caches, configuration, database.
 *
 * Standard input: {"root": release, "ask": [["app:config:status"], ...], "forecast": bool, "fingerprint": key}.
 *   "settings": {"key": hexadecimal key of fingerprints, "modules": bool} also tells what the settings are made of.
 * Output: one line "MAGECONSOLE-RESULT {...}"; whatever stands before it is noise.
 *
 * env.php is never created, though Magento itself would write a stub where it is missing: without an installed
 * shop nothing of Magento is loaded. The private copy of app/etc reads the real env.php through a wrapper that
 * only replaces the cache storage, so no secret is written to disk.
 */

ini_set('display_errors', 'stderr');
ini_set('serialize_precision', '-1');
set_time_limit(0);

const MAGECONSOLE_READING = [
    'app:config:status', 'setup:db:status', 'module:config:status', 'deploy:mode:show', 'maintenance:status', '--version',
];

final class MageconsoleRefusal extends RuntimeException
{
    /** @var string */
    public $word;

    public function __construct(string $word, string $text)
    {
        parent::__construct($text);
        $this->word = $word;
    }
}

final class MageconsoleProbe
{
    use MageconsoleSettings;

    public $result = [
        'commands' => [],
        'forecast' => ['asked' => false, 'sections' => [], 'warnings' => [], 'invalid' => [], 'error' => ''],
        'search' => [],
        'env' => null,
        'settings' => null,
        'code' => 'interrupted',
        'error' => 'PHP ended before the questions were answered',
    ];
    private $private = '';
    private $reserve;
    private $told = false;
    private $application = null;

    public function __construct()
    {
        $this->reserve = str_repeat('.', 1 << 20);
        register_shutdown_function([$this, 'finish']);
        if (function_exists('pcntl_async_signals')) {
            pcntl_async_signals(true);
            foreach ([SIGTERM, SIGINT, SIGHUP] as $signal) {
                pcntl_signal($signal, static function () { exit(1); });
            }
        }
    }

    public function run(array $asked): void
    {
        $root = realpath((string)($asked['root'] ?? ''));
        if ($root === false || !is_dir($root)) {
            throw new MageconsoleRefusal('root-missing', 'there is no such release: ' . ($asked['root'] ?? ''));
        }
        $env = $this->env($root);
        $this->result['env'] = $this->facts($env, (string)($asked['fingerprint'] ?? ''));
        if (!empty($asked['ask']) || !empty($asked['forecast']) || !empty($asked['settings'])) {
            $this->boot($root);
            foreach ($asked['ask'] ?? [] as $words) {
                $this->result['commands'][] = $this->command($words);
            }
            if (!empty($asked['forecast'])) {
                $this->forecast();
            }
            if (!empty($asked['settings'])) {
                $this->settings((array)$asked['settings'], $root, $env);
            }
        }
        $this->result['code'] = '';
        $this->result['error'] = '';
    }

    /** Returns env.php's array. Refuses where it is not that of an installed shop. */
    private function env(string $root): array
    {
        $file = $root . '/app/etc/env.php';
        if (!file_exists($file)) {
            $what = is_link($file) ? 'is a link to nothing' : 'is missing';
            throw new MageconsoleRefusal('env-missing', "$file $what");
        }
        if (!is_readable($file)) {
            throw new MageconsoleRefusal('env-unreadable', "$file can't be read");
        }
        if ((int)filesize($file) === 0) {
            throw new MageconsoleRefusal('env-empty', "$file is empty");
        }
        try {
            $env = (static function () use ($file) { return include $file; })();
        } catch (Throwable $problem) {
            throw new MageconsoleRefusal('env-broken', "$file, line " . $problem->getLine() . ': ' . $problem->getMessage());
        }
        if (!is_array($env) || $env === []) {
            throw new MageconsoleRefusal('env-broken', "$file returns no array");
        }
        if (empty($env['install']['date'])) {
            throw new MageconsoleRefusal('env-not-installed', "$file holds no install/date");
        }
        return $env;
    }

    /** What hosts are compared by, and what tells shared storage. No secret: fingerprints are keyed hashes. */
    private function facts(array $env, string $key): array
    {
        $key = $key !== '' ? $key : 'mageconsole';
        $caches = [];
        foreach ((array)($env['cache']['frontend'] ?? []) as $name => $frontend) {
            $options = (array)($frontend['backend_options'] ?? []);
            $caches[$name] = [
                'backend' => (string)($frontend['backend'] ?? 'file'),
                'storage' => $this->storage((array)($options['remote_backend_options'] ?? $options)),
                'prefix' => (string)($frontend['id_prefix'] ?? ''),
            ];
        }
        $save = (string)($env['session']['save'] ?? 'files');
        // From 2.4.8 on it may be called valkey; documented with either name for the options.
        $server = (array)($env['session'][$save] ?? $env['session']['redis'] ?? []);
        return [
            'install_date' => true,
            'mode' => (string)($env['MAGE_MODE'] ?? 'default'),
            'crypt_fingerprint' => hash_hmac('sha256', (string)($env['crypt']['key'] ?? ''), $key),
            'system_fingerprint' => hash_hmac('sha256', (string)json_encode($env['system'] ?? []), $key),
            'cache' => (object)$caches,
            'session' => [
                'save' => $save,
                'storage' => in_array($save, ['redis', 'valkey'], true) ? $this->storage($server) : '',
            ],
            'lock' => (string)($env['lock']['provider'] ?? 'db'),
        ];
    }

    /** "host:port:database", empty where the storage is not a server. Redis takes port 6379, database 0. */
    private function storage(array $options): string
    {
        $server = (string)($options['server'] ?? $options['host'] ?? '');
        if ($server === '') {
            return '';
        }
        $server = preg_replace('~^(?:tcp|tls)://~', '', preg_replace('~^[^/]*@~', '', $server));
        if (preg_match('~^([^/:]+):(\d+)$~', $server, $found)) {
            [$server, $options['port']] = [$found[1], $found[2]];
        }
        $port = $server[0] === '/' ? 0 : (int)($options['port'] ?? 6379);
        return $server . ':' . $port . ':' . (int)($options['database'] ?? 0);
    }

    private function boot(string $root): void
    {
        $this->private = $this->directory();
        mkdir($this->private . '/etc', 0700);
        mkdir($this->private . '/cache', 0700);
        $this->copy($root . '/app/etc', $this->private . '/etc');
        $wrapper = "<?php\n\$env = require " . var_export((string)realpath($root . '/app/etc/env.php'), true) . ";\n"
            . "\$env['cache']['frontend'] = ['default' => ['id_prefix' => 'mc_'], 'page_cache' => ['id_prefix' => 'mc_']];\n"
            . "return \$env;\n";
        file_put_contents($this->private . '/etc/env.php', $wrapper);
        $_SERVER['MAGE_DIRS'] = [
            'base' => ['path' => $root],
            'etc' => ['path' => $this->private . '/etc'],
            'cache' => ['path' => $this->private . '/cache'],
        ];
        $_SERVER['argv'] = [$root . '/bin/magento'];
        $_SERVER['argc'] = 1;
        chdir($root);
        if (!is_file($root . '/app/bootstrap.php')) {
            throw new MageconsoleRefusal('magento-missing', "$root/app/bootstrap.php is missing");
        }
        $this->result['code'] = 'boot-failed';
        $this->result['error'] = 'Magento ended PHP while it started';
        require $root . '/app/bootstrap.php';
        if (class_exists(\Magento\Framework\App\ErrorHandler::class)) {
            set_error_handler([new \Magento\Framework\App\ErrorHandler(), 'handler']);
        }
    }

    private function directory(): string
    {
        $path = rtrim(sys_get_temp_dir(), '/') . '/mageconsole-' . getmypid() . '-' . bin2hex(random_bytes(6));
        $before = umask(0077);
        $made = mkdir($path, 0700);
        umask($before);
        if (!$made) {
            throw new MageconsoleRefusal('no-temporary-directory', "$path can't be made");
        }
        return $path;
    }

    /** Copies app/etc but for env.php; what can't be read there (old backups) is left out. */
    private function copy(string $from, string $to): void
    {
        foreach (scandir($from) ?: [] as $name) {
            $source = $from . '/' . $name;
            if ($name === '.' || $name === '..' || $name === 'env.php' || !is_readable($source)) {
                continue;
            }
            if (is_dir($source)) {
                mkdir($to . '/' . $name, 0700);
                $this->copy($source, $to . '/' . $name);
            } elseif (is_file($source) && preg_match('/\.(?:php|xml|xsd|json)$/', $name)) {
                copy($source, $to . '/' . $name);
            }
        }
    }

    private function application(): object
    {
        if ($this->application === null) {
            $this->application = new \Magento\Framework\Console\Cli('Magento CLI');
            $this->application->setAutoExit(false);
        }
        return $this->application;
    }

    private function command(array $words): array
    {
        if (!in_array($words[0] ?? '', MAGECONSOLE_READING, true)) {
            throw new MageconsoleRefusal('not-a-probe', ($words[0] ?? '') . ' is not a command that only reads');
        }
        $this->result['code'] = 'command-ended-php';
        $this->result['error'] = $words[0] . ' ended PHP';
        $arguments = new \Symfony\Component\Console\Input\ArgvInput(array_merge(['magento'], $words));
        $arguments->setInteractive(false);
        $output = new \Symfony\Component\Console\Output\BufferedOutput();
        ob_start();
        try {
            $exit = $this->application()->run($arguments, $output);
            $text = $output->fetch();
        } catch (Throwable $problem) {
            // Symfony renders exceptions only; an error of PHP (a missing class) comes out here.
            $exit = 255;
            $text = $output->fetch() . get_class($problem) . ': ' . $problem->getMessage();
        }
        $printed = (string)ob_get_clean();
        // Magento's application keeps the exception of a failed command and throws it again at the next one.
        if ($exit !== 0 && $exit !== 2) {
            $this->application = null;
        }
        // As a shell would see it: exit codes of exceptions (1045 of MySQL) are clamped to 255.
        return ['name' => $words[0], 'exit' => min(255, (int)$exit), 'output' => $printed . $text];
    }

    /** What an import would say before it asks, for each section that has changed. Changes nothing. */
    private function forecast(): void
    {
        $this->result['code'] = 'forecast-ended-php';
        $this->result['error'] = 'the forecast ended PHP';
        $this->result['forecast']['asked'] = true;
        ob_start();
        try {
            $this->application();
            $manager = \Magento\Framework\App\ObjectManager::getInstance();
            $manager->get(\Magento\Framework\App\State::class)->emulateAreaCode(
                'adminhtml',
                function () use ($manager) { $this->sections($manager); }
            );
        } catch (Throwable $problem) {
            $this->result['forecast']['error'] = get_class($problem) . ': ' . $problem->getMessage();
        }
        ob_end_clean();
        $this->search();
    }

    /** What setup:upgrade (2.4.0+) would say of the search engine before it begins, where it would then fail. */
    private function search(): void
    {
        $this->result['error'] = 'asking for the search engine ended PHP';
        ob_start();
        try {
            $validator = '\Magento\Search\Model\SearchEngine\Validator';
            if (class_exists($validator)) {
                $manager = \Magento\Framework\App\ObjectManager::getInstance();
                $manager->get(\Magento\Framework\App\State::class)->emulateAreaCode(
                    'adminhtml',
                    function () use ($manager, $validator) {
                        $this->result['search'] = $this->texts($manager->get(ltrim($validator, '\\'))->validate());
                    }
                );
            }
        } catch (Throwable $problem) {
            // No verdict: the upgrade itself will tell.
        }
        ob_end_clean();
    }

    private function sections(object $manager): void
    {
        $config = $manager->get(\Magento\Framework\App\DeploymentConfig::class);
        $detector = $manager->get(\Magento\Deploy\Model\DeploymentConfig\ChangeDetector::class);
        $pool = $manager->get(\Magento\Deploy\Model\DeploymentConfig\ImporterPool::class);
        foreach ($pool->getImporters() as $section => $importer) {
            if (!$detector->hasChanges($section)) {
                continue;
            }
            $data = (array)$config->getConfigData($section);
            $importer = is_object($importer) ? $importer : $manager->create($importer);
            $this->result['forecast']['sections'][] = $section;
            $this->result['forecast']['warnings'][$section] = $this->texts($importer->getWarningMessages($data));
            $validator = method_exists($pool, 'getValidator') ? $pool->getValidator($section) : null;
            $validator = is_string($validator) ? $manager->create($validator) : $validator;
            $this->result['forecast']['invalid'][$section] = $validator ? $this->texts($validator->validate($data)) : [];
        }
    }

    private function texts(array $messages): array
    {
        return array_values(array_map(static function ($message) { return (string)$message; }, $messages));
    }

    public function finish(): void
    {
        $this->reserve = null;
        if ($this->private !== '') {
            $this->remove($this->private);
            $this->private = '';
        }
        if ($this->told) {
            return;
        }
        $this->told = true;
        while (ob_get_level() > 0 && ob_end_clean()) {
        }
        $last = error_get_last();
        if ($this->result['code'] !== '' && $last !== null && ($last['type'] & (E_ERROR | E_PARSE | E_COMPILE_ERROR))) {
            $this->result['error'] .= ': ' . $last['message'] . ' in ' . $last['file'] . ' line ' . $last['line'];
        }
        foreach (['warnings', 'invalid'] as $name) {
            $this->result['forecast'][$name] = (object)$this->result['forecast'][$name];
        }
        $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR;
        fwrite(STDOUT, "\nMAGECONSOLE-RESULT " . json_encode($this->result, $flags) . "\n");
    }

    private function remove(string $path): void
    {
        foreach (scandir($path) ?: [] as $name) {
            if ($name === '.' || $name === '..') {
                continue;
            }
            $inner = $path . '/' . $name;
            if (is_dir($inner) && !is_link($inner)) {
                $this->remove($inner);
            } else {
                @unlink($inner);
            }
        }
        @rmdir($path);
    }
}

$probe = new MageconsoleProbe();
$asked = json_decode((string)stream_get_contents(STDIN), true);
try {
    if (!is_array($asked)) {
        throw new MageconsoleRefusal('question-broken', 'standard input is not JSON');
    }
    $probe->run($asked);
} catch (MageconsoleRefusal $refusal) {
    $probe->result['code'] = $refusal->word;
    $probe->result['error'] = $refusal->getMessage();
} catch (Throwable $problem) {
    $probe->result['code'] = $probe->result['code'] ?: 'probe-failed';
    $probe->result['error'] = get_class($problem) . ': ' . $problem->getMessage();
}
