"""A miniature of what the probe loads of Magento: real PHP, the classes by their real names, no more.

It answers by the files of the tree: `config_status`, `db_status` hold exit code and text.
"""

from pathlib import Path

BOOTSTRAP = r"""<?php
namespace Symfony\Component\Console\Input { class ArgvInput {
    public $words; public $interactive = true;
    public function __construct(array $argv) { $this->words = array_slice($argv, 1); }
    public function setInteractive($to) { $this->interactive = $to; }
} }
namespace Symfony\Component\Console\Output { class BufferedOutput {
    private $text = '';
    public function write($text) { $this->text .= $text; }
    public function fetch() { $text = $this->text; $this->text = ''; return $text; }
} }
namespace Magento\Framework\App {
    class ErrorHandler { public function handler() { return false; } }
    class State { public static $area = '';
        public function emulateAreaCode($area, $run) { self::$area = $area; $run(); self::$area = ''; } }
    class DeploymentConfig { public function getConfigData($section) { return \shop_env()[$section] ?? []; } }
    class ObjectManager {
        public static function getInstance() { return new self(); }
        public function get($class) { return new $class(); }
        public function create($class) { return new $class(); }
    }
}
namespace Magento\Search\Model\SearchEngine {
    class Validator { public function validate(): array {
        return file_exists(BP . '/search_down') ? ['No alive nodes found in your cluster'] : []; } }
}
namespace Magento\Deploy\Model\DeploymentConfig {
    class ChangeDetector { public function hasChanges($section) { return $section !== 'themes'; } }
    class ImporterPool {
        public function getImporters() {
            return ['scopes' => 'Shop\Scopes', 'themes' => 'Shop\None', 'system' => 'Shop\None'];
        }
        public function getValidator($section) { return $section === 'scopes' ? new \Shop\Validator() : null; }
    }
}
namespace Shop {
    class None { public function getWarningMessages(array $data) { return []; } }
    class Validator { public function validate(array $data) { return ['no website']; } }
    class Scopes { public function getWarningMessages(array $data) {
        return ['These Stores will be deleted: French in ' . \Magento\Framework\App\State::$area]; } }
}
namespace Magento\Framework\Console {
    class Cli {
        private $failed;
        public function __construct($name) { if (file_exists(BP . '/exit_at_boot')) { echo "no generated\n"; exit(1); } }
        public function setAutoExit($to) {}
        public function run($input, $output) {
            if ($this->failed) { $output->write('the exception of before'); return 1; }
            file_put_contents($_SERVER['MAGE_DIRS']['cache']['path'] . '/warm', 'x');
            file_put_contents(BP . '/seen', json_encode([shop_env(), $_SERVER['MAGE_DIRS'], getcwd(), $input->interactive,
                array_values(array_diff(scandir($_SERVER['MAGE_DIRS']['etc']['path']), ['.', '..'])),
                decoct(fileperms(dirname($_SERVER['MAGE_DIRS']['etc']['path'])) & 0777)]));
            echo "Deprecated: something\n";
            $name = $input->words[0];
            if ($name === 'maintenance:status') { not_a_function(); }
            if ($name === 'deploy:mode:show') { ini_set('memory_limit', '8M'); $x = str_repeat('x', 1 << 28); }
            [$exit, $text] = explode("\n", file_get_contents(BP . '/' . str_replace(':', '_', $name)), 2);
            $this->failed = (int)$exit > 2 || (int)$exit === 1;
            $output->write($text);
            return (int)$exit;
        }
    }
}
namespace {
    define('BP', dirname(__DIR__));
    function shop_env() { return include $_SERVER['MAGE_DIRS']['etc']['path'] . '/env.php'; }
}
"""
ENV = """<?php
return [
    'install' => ['date' => 'Mon, 23 Nov 2026 00:14:21 +0000'],
    'crypt' => ['key' => 'canary-crypt-key'],
    'MAGE_MODE' => 'production',
    'db' => ['connection' => ['default' => ['password' => 'canary-db-password']]],
    'cache' => ['frontend' => [
        'default' => ['id_prefix' => 'a1_', 'backend' => 'Magento\\\\Framework\\\\Cache\\\\Backend\\\\Redis',
            'backend_options' => ['server' => '10.0.0.9', 'port' => '6379', 'database' => '2',
                'password' => 'canary-redis']],
        'page_cache' => ['backend_options' => ['server' => 'tcp://10.0.0.9:6380', 'database' => 1]],
    ]],
    'session' => ['save' => 'redis', 'redis' => ['host' => '10.0.0.9', 'database' => '2', 'password' => 'canary-redis']],
    'system' => ['default' => ['a' => ['b' => ['c' => 'canary-setting']]]],
];
"""


def make(root: Path, env: str | None = ENV, **answers: str) -> Path:
    """Make a release in `root`; `answers`: command with underscores -> exit code, newline, text."""
    (root / "app/etc/sub").mkdir(parents=True)
    (root / "app/bootstrap.php").write_text(BOOTSTRAP)
    for name in ("config.php", "di.xml", "env.php.bak", "sub/di.xml"):
        (root / "app/etc" / name).write_text("<?php return [];")
    if env is not None:
        (root.parent / "shared-env.php").write_text(env)
        (root / "app/etc/env.php").symlink_to("../../../shared-env.php")
    for name, text in answers.items():
        (root / name).write_text(text)
    return root
