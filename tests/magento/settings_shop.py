"""A miniature of what the settings' script loads of Magento: real PHP, the classes by their real names, no more."""

from pathlib import Path

BOOTSTRAP = r"""<?php
namespace Symfony\Component\Console\Input { class ArrayInput {
    public $parameters; public $interactive = true;
    public function __construct(array $parameters) { $this->parameters = $parameters; }
    public function setInteractive($to) { $this->interactive = $to; }
} }
namespace Symfony\Component\Console\Output { class BufferedOutput {
    private $text = '';
    public function write($text) { $this->text .= $text; }
    public function fetch() { $text = $this->text; $this->text = ''; return $text; }
} }
namespace Magento\Framework\App {
    class ErrorHandler { public function handler() { return false; } }
    class ObjectManager {
        public static function getInstance() { return new self(); }
        public function get($class) { return new $class(); }
        public function create($class) { return new $class(); }
    }
}
namespace Magento\Framework\Exception { class ValidatorException extends \Exception {} }
namespace Magento\Framework\Encryption { class EncryptorInterface {
    public function encrypt($value) { return '0:3:' . base64_encode($value); }
} }
namespace Magento\Config\Console\Command { class EmulatedAdminhtmlAreaProcessor {
    public static $inside = false;
    public function process($run) { self::$inside = true; $run(); self::$inside = false; }
} }
namespace Magento\Config\Model\Config { class PathValidator {
    public function validate($path) {
        if (!\Magento\Config\Console\Command\EmulatedAdminhtmlAreaProcessor::$inside) { throw new \Exception('area'); }
        if (strpos($path, 'hidden/') === 0) { throw new \Magento\Framework\Exception\ValidatorException('no'); }
    }
} }
namespace Magento\Deploy\Model\DeploymentConfig { class ChangeDetector {
    public function hasChanges($section) { return file_exists(BP . '/pending_' . $section); }
} }
namespace Magento\Framework\App\DeploymentConfig {
    class Writer { public function saveConfig(array $files, $override) {
        foreach ($files as $key => $data) { \shop_write($key === 'app_env' ? 'env.php' : 'config.php', $data); }
        \shop_note(['saved', $override]);
    } }
}
namespace Magento\Framework\Config\File { class ConfigFilePool {
    const APP_CONFIG = 'app_config'; const APP_ENV = 'app_env';
} }
namespace Magento\Framework\Console {
    class Cli {
        private $failed;
        public function __construct($name) {}
        public function setAutoExit($to) { if ($to) { throw new \Exception('it would exit'); } }
        public function run($input, $output) {
            $p = $input->parameters;
            if ($this->failed) { $output->write('the exception of before'); return 1; }
            \shop_note([$p['command'], array_diff_key($p, ['value' => 1]), $input->interactive]);
            if ($p['command'] !== 'config:set') { $output->write('done'); return 0; }
            if (strpos($p['value'], 'refuse') !== false) {
                $this->failed = true;
                $output->write('The value ' . $p['value'] . ' is no good');
                return 1;
            }
            if ($p['value'] === 'die') { echo 'half'; exit(7); }
            $file = isset($p['--lock-config']) ? 'config.php' : 'env.php';
            $data = \shop_read($file);
            $scope = isset($p['--scope']) ? [$p['--scope'], $p['--scope-code']] : ['default'];
            $inner = &$data['system'];
            foreach (array_merge($scope, explode('/', $p['path'])) as $key) { $inner = &$inner[$key]; }
            $inner = $p['value'] === 'upload.png' ? null : $p['value'];
            \shop_write($file, $data);
            $output->write('Value was saved');
            return 0;
        }
    }
}
namespace {
    define('BP', dirname(__DIR__));
    function shop_etc() { return $_SERVER['MAGE_DIRS']['etc']['path'] ?? BP . '/app/etc'; }
    function shop_read($name) { return include shop_etc() . '/' . $name; }
    function shop_write($name, $data) {
        file_put_contents(shop_etc() . '/' . $name, '<?php return ' . var_export($data, true) . ';');
    }
    function shop_note($what) { file_put_contents(BP . '/ran', json_encode($what) . "\n", FILE_APPEND); }
}
"""
ENV = """<?php
return [
    'install' => ['date' => 'Mon, 23 Nov 2026 00:14:21 +0000'],
    'crypt' => ['key' => getenv('NOWHERE') ?: 'a-key'],
    'cache' => ['frontend' => ['default' => ['backend' => 'Redis']]],
    'system' => [
        'default' => ['a' => ['b' => ['c' => 'old', 'd' => 'kept']]],
        'stores' => ['de' => ['x' => ['y' => ['z' => '1']]]],
    ],
];
"""


def make(root: Path) -> Path:
    """Make a release in `root`, its env.php a link."""
    (root / "app/etc").mkdir(parents=True)
    (root / "app/bootstrap.php").write_text(BOOTSTRAP)
    (root / "app/etc/config.php").write_text("<?php return ['modules' => ['A_B' => 1]];")
    (root.parent / "shared-env.php").write_text(ENV)
    (root / "app/etc/env.php").symlink_to("../../../shared-env.php")
    return root
