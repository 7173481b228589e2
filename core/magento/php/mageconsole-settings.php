<?php
/*
 * Changes settings by Magento's own commands, all of them in one process, into a private copy of app/etc.
 *
 * Standard input, JSON:
 *   {"op": "change", "root": release, "work": directory to make, "file": "env" or "config",
 *    "set": [{"path", "scope", "code", "value", "secret": bool, "direct": bool, "encrypt": bool}],
 *    "unset": [{"path", "scope", "code"}]}
 *   {"op": "import", "root": release}
 * `change` leaves work/etc/env.php and work/etc/config.php as Magento wrote them; the files of the shop are not
 * touched, so no request sees half of it, and all hosts can take the result at once. The configuration hash in
 * the database is that of the result. `import` brings the hash back to what the shop's files say, and drops the
 * values that the config cache holds.
 * config:set takes only what a system.xml has a field for. What has none is written by Magento's own writer where
 * "direct" allows it, encrypted where "encrypt" says that Magento decrypts it, and imported; else nothing is begun.
 * An import is never run that would do more than take in settings: with -n it would delete stores without a word.
 * work/result.json tells what each command came to; values of secrets are masked in it, and in all that is printed.
 *
 * The private env.php has caches of its own: nothing of the live shop's is read, filled or cleaned.
 */

ini_set('display_errors', 'stderr');
ini_set('serialize_precision', '-1');
set_time_limit(0);
umask(0077);

const MAGECONSOLE_MASK = '****';

final class MageconsoleSettings
{
    use MageconsolePaths;

    public $result = ['commands' => [], 'code' => 'interrupted', 'error' => 'PHP ended before all was done'];
    private $asked;
    private $root;
    private $work = '';
    private $secrets = [];
    private $written = false;
    private $application = null;

    public function __construct(array $asked)
    {
        $this->asked = $asked;
        $this->work = (string)($asked['work'] ?? '');
        foreach ($asked['set'] ?? [] as $change) {
            if (!empty($change['secret']) && strlen((string)$change['value']) > 0) {
                $this->secrets[] = (string)$change['value'];
            }
        }
        register_shutdown_function([$this, 'finish']);
    }

    public function run(): int
    {
        $root = realpath((string)($this->asked['root'] ?? ''));
        if ($root === false || !is_file($root . '/app/bootstrap.php')) {
            return $this->stop('magento-missing', 'there is no Magento in ' . ($this->asked['root'] ?? ''));
        }
        $env = $root . '/app/etc/env.php';
        if (!is_readable($env) || (int)filesize($env) === 0) {
            return $this->stop('env-missing', "$env can't be read, or is empty");
        }
        $this->root = $root;
        $importing = ($this->asked['op'] ?? '') === 'import';
        if (!$importing && !$this->copy()) {
            return $this->stop('no-work-directory', $this->work . " can't be made");
        }
        $this->boot($importing);
        if ($importing) {
            return $this->only() && $this->command('app:config:import', ['--no-interaction' => true])
                && $this->command('cache:clean', ['types' => ['config']]) ? $this->stop('', '') : 1;
        }
        $direct = $this->direct();
        if ($direct === null || (($direct !== [] || !empty($this->asked['unset'])) && !$this->only())) {
            return 1;
        }
        foreach (array_diff_key($this->asked['set'] ?? [], $direct) as $change) {
            if (!$this->set($change)) {
                return 1;
            }
        }
        if (($direct !== [] || !empty($this->asked['unset'])) && !$this->write($direct, $this->asked['unset'] ?? [])) {
            return 1;
        }
        return $this->stop('', '');
    }

    /** The changes that config:set would refuse. Null: one of them may not be made in another way. */
    private function direct()
    {
        $changes = $this->asked['set'] ?? [];
        if ($changes === []) {
            return [];
        }
        $this->application();
        $manager = \Magento\Framework\App\ObjectManager::getInstance();
        $unknown = $this->withoutField($manager, array_column($changes, 'path')) ?? [];
        $found = [];
        foreach ($changes as $number => $change) {
            if (!in_array($change['path'], $unknown, true)) {
                continue;
            }
            if (empty($change['direct'])) {
                $this->stop('no-such-setting', 'The "' . $change['path'] . '" path doesn\'t exist: no module has a field for it');
                return null;
            }
            $found[$number] = $change;
        }
        return $found;
    }

    /** Whether an import would take in nothing but settings. */
    private function only(): bool
    {
        $this->application();
        $this->result['code'] = 'import-unknown';
        $this->result['error'] = 'what an import would do was not told';
        $detector = \Magento\Framework\App\ObjectManager::getInstance()
            ->get(\Magento\Deploy\Model\DeploymentConfig\ChangeDetector::class);
        foreach (['scopes', 'themes'] as $section) {
            if ($detector->hasChanges($section)) {
                $this->stop('import-pending', "an import of $section is pending, and would come with that of the settings");
                return false;
            }
        }
        return true;
    }

    private function stop(string $code, string $error): int
    {
        $this->result['code'] = $code;
        $this->result['error'] = $error;
        return $code === '' ? 0 : 1;
    }

    /** app/etc without env.php, and an env.php that is the shop's but for its caches. */
    private function copy(): bool
    {
        if ($this->work === '' || !mkdir($this->work, 0700, true) || !mkdir($this->work . '/etc', 0700)) {
            return false;
        }
        mkdir($this->work . '/cache', 0700);
        $this->tree($this->root . '/app/etc', $this->work . '/etc');
        $real = var_export((string)realpath($this->root . '/app/etc/env.php'), true);
        $frontends = "['default' => ['id_prefix' => 'mc_'], 'page_cache' => ['id_prefix' => 'mc_']]";
        $text = "<?php\n\$env = require $real;\n\$env['cache']['frontend'] = $frontends;\nreturn \$env;\n";
        return file_put_contents($this->work . '/etc/env.php', $text) === strlen($text);
    }

    private function tree(string $from, string $to): void
    {
        foreach (scandir($from) ?: [] as $name) {
            $source = $from . '/' . $name;
            if ($name === '.' || $name === '..' || $name === 'env.php' || !is_readable($source)) {
                continue;
            }
            if (is_dir($source)) {
                mkdir($to . '/' . $name, 0700);
                $this->tree($source, $to . '/' . $name);
            } elseif (is_file($source) && preg_match('/\.(?:php|xml|xsd|json)$/', $name)) {
                copy($source, $to . '/' . $name);
            }
        }
    }

    private function boot(bool $importing): void
    {
        if (!$importing) {
            $_SERVER['MAGE_DIRS'] = [
                'base' => ['path' => $this->root],
                'etc' => ['path' => $this->work . '/etc'],
                'cache' => ['path' => $this->work . '/cache'],
            ];
        }
        $_SERVER['argv'] = [$this->root . '/bin/magento'];
        $_SERVER['argc'] = 1;
        chdir($this->root);
        require $this->root . '/app/bootstrap.php';
        umask(0077);
        if (class_exists(\Magento\Framework\App\ErrorHandler::class)) {
            set_error_handler([new \Magento\Framework\App\ErrorHandler(), 'handler']);
        }
    }

    private function set(array $change): bool
    {
        $arguments = ['path' => (string)$change['path'], 'value' => (string)$change['value']];
        $arguments['--lock-' . ($this->asked['file'] === 'config' ? 'config' : 'env')] = true;
        if (($change['scope'] ?? 'default') !== 'default') {
            $arguments['--scope'] = $change['scope'];
            $arguments['--scope-code'] = (string)$change['code'];
        }
        return $this->command('config:set', $arguments, $this->name($change)) && $this->kept($change);
    }

    /** Whether something of the value came into the file: the fields of uploads make null of it, which locks. */
    private function kept(array $change): bool
    {
        $inner = include $this->work . '/etc/' . ($this->asked['file'] === 'config' ? 'config.php' : 'env.php');
        foreach ($this->keys($change) as $key) {
            $inner = is_array($inner) && array_key_exists($key, $inner) ? $inner[$key] : null;
        }
        if ($inner !== null && ($inner !== '' || (string)$change['value'] === '')) {
            return true;
        }
        $this->stop('value-not-kept', $this->name($change) . ': Magento makes nothing of the value; its field does not take it');
        return false;
    }

    private function keys(array $change): array
    {
        return array_merge(
            ['system', $change['scope'] ?? 'default'],
            (string)($change['code'] ?? '') === '' ? [] : [(string)$change['code']],
            explode('/', (string)$change['path'])
        );
    }

    private function name(array $change): string
    {
        $code = (string)($change['code'] ?? '');
        return $change['path'] . ($code === '' ? '' : ' (' . $change['scope'] . '/' . $code . ')');
    }

    /** What Magento has no command for: its own writer writes the file, an import sets the hash. */
    private function write(array $direct, array $unset): bool
    {
        $name = $this->asked['file'] === 'config' ? 'config.php' : 'env.php';
        $data = include $this->work . '/etc/' . $name;
        $manager = \Magento\Framework\App\ObjectManager::getInstance();
        foreach ($unset as $change) {
            $this->take($data, $this->keys($change));
        }
        foreach ($direct as $change) {
            $value = (string)$change['value'];
            if (!empty($change['encrypt'])) {
                $value = $manager->get(\Magento\Framework\Encryption\EncryptorInterface::class)->encrypt($value);
            }
            if (!$this->put($data, $this->keys($change), $value)) {
                $this->stop('setting-is-group', $this->name($change) . ' is a group of settings in ' . $name . ', and no value');
                return false;
            }
        }
        $this->result['code'] = 'write-failed';
        $this->result['error'] = $name . ' was not written';
        $key = $name === 'config.php'
            ? \Magento\Framework\Config\File\ConfigFilePool::APP_CONFIG
            : \Magento\Framework\Config\File\ConfigFilePool::APP_ENV;
        $manager->create(\Magento\Framework\App\DeploymentConfig\Writer::class)->saveConfig([$key => $data], true);
        return $this->command('app:config:import', ['--no-interaction' => true], 'import');
    }

    /** Whether the value is put: never in the place of an array, nor an array in the place of a value. */
    private function put(array &$data, array $keys, string $value): bool
    {
        $key = array_shift($keys);
        if ($keys === []) {
            if (isset($data[$key]) && is_array($data[$key]) && $data[$key] !== []) {
                return false;
            }
            $data[$key] = $value;
            return true;
        }
        if (isset($data[$key]) && !is_array($data[$key])) {
            return false;
        }
        $data[$key] = $data[$key] ?? [];
        return $this->put($data[$key], $keys, $value);
    }

    private function take(array &$data, array $keys): void
    {
        $key = array_shift($keys);
        if (!array_key_exists($key, $data)) {
            return;
        }
        if ($keys === []) {
            unset($data[$key]);
        } elseif (is_array($data[$key])) {
            $this->take($data[$key], $keys);
            if ($data[$key] === [] && $key !== 'system') {
                unset($data[$key]);
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

    private function command(string $name, array $arguments, string $about = ''): bool
    {
        $this->result['code'] = 'command-ended-php';
        $this->result['error'] = $name . ' ended PHP';
        $application = $this->application();
        $input = new \Symfony\Component\Console\Input\ArrayInput(['command' => $name] + $arguments);
        $input->setInteractive(false);
        $output = new \Symfony\Component\Console\Output\BufferedOutput();
        ob_start();
        try {
            $exit = (int)$application->run($input, $output);
            $text = $output->fetch();
        } catch (Throwable $problem) {
            $exit = 255;
            $text = $output->fetch() . get_class($problem) . ': ' . $problem->getMessage();
        }
        $text = $this->masked(trim((string)ob_get_clean() . $text));
        $this->result['commands'][] = ['name' => $name, 'about' => $about, 'exit' => min(255, $exit), 'output' => $text];
        fwrite(STDOUT, ($about === '' ? $name : $about) . ': ' . $text . "\n");
        if ($exit !== 0) {
            $this->stop('command-failed', ($about === '' ? $name : $about) . ': ' . $text);
        }
        return $exit === 0;
    }

    private function masked(string $text): string
    {
        return $this->secrets === [] ? $text : str_replace($this->secrets, MAGECONSOLE_MASK, $text);
    }

    public function finish(): void
    {
        if ($this->written) {
            return;
        }
        $this->written = true;
        $this->result['error'] = $this->masked($this->result['error']);
        $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR;
        $text = json_encode($this->result, $flags) . "\n";
        if ($this->work !== '' && is_dir($this->work)) {
            file_put_contents($this->work . '/result.json', $text);
        }
        if ($this->result['code'] !== '') {
            fwrite(STDOUT, $this->result['code'] . ': ' . $this->result['error'] . "\n");
        }
    }
}

$asked = json_decode((string)stream_get_contents(STDIN), true);
if (!is_array($asked)) {
    fwrite(STDERR, "mageconsole-settings: standard input is not JSON\n");
    exit(2);
}
exit((new MageconsoleSettings($asked))->run());
