<?php
/*
 * The part of mageconsole-probe.php that tells what the settings are made of; sent before it, as one script.
 */

trait MageconsoleSettings
{
    use MageconsolePaths;
    use MageconsoleVariables;

    /** What settings are made of besides the two files: database, scopes, variables; fingerprints of ciphertexts. */
    private function settings(array $asked, string $root, array $env): void
    {
        $this->result['code'] = 'settings-unread';
        $this->result['error'] = 'the settings were not read';
        ob_start();
        $this->application();
        $manager = \Magento\Framework\App\ObjectManager::getInstance();
        $resource = $manager->get(\Magento\Framework\App\ResourceConnection::class);
        $database = $resource->getConnection();
        $wanted = (bool)($asked['rows'] ?? true);
        $rows = static function (string $table, string $columns) use ($resource, $database): array {
            return $database->fetchAll("SELECT $columns FROM " . $resource->getTableName($table));
        };
        $websites = array_column($rows('store_website', 'website_id, code'), 'code', 'website_id');
        $stores = $rows('store', 'store_id, code, website_id');
        $codes = ['websites' => $websites, 'stores' => array_column($stores, 'code', 'store_id')];
        $told = [
            'websites' => array_values($websites), 'stores' => [], 'rows' => [],
            'variables' => $this->variables($root), 'fingerprints' => [], 'modules' => '', 'without_field' => null,
        ];
        foreach ($stores as $store) {
            $told['stores'][$store['code']] = (string)($websites[$store['website_id']] ?? '');
        }
        $hidden = [];
        foreach (!$wanted ? [] : $rows('core_config_data', 'scope, scope_id, path, value') as $row) {
            $code = $row['scope'] === 'default' ? '' : ($codes[$row['scope']][$row['scope_id']] ?? null);
            if ($code === null) {
                continue;
            }
            $value = $row['value'] === null ? null : base64_encode((string)$row['value']);
            $told['rows'][] = [$row['scope'], (string)$code, $row['path'], $value];
            $hidden[] = ['database', $row['scope'], (string)$code, $row['path'], $row['value']];
        }
        foreach (['env.php' => $env, 'config.php' => (array)(include $root . '/app/etc/config.php')] as $name => $file) {
            foreach ((array)($file['system'] ?? []) as $scope => $inner) {
                foreach ($scope === 'default' ? ['' => $inner] : (array)$inner as $code => $values) {
                    $this->leaves($hidden, [$name, (string)$scope, (string)$code], '', $values);
                }
            }
        }
        $told['fingerprints'] = $this->fingerprints($manager, $hidden, (string)hex2bin((string)($asked['key'] ?? '')));
        if (!empty($asked['paths'])) {
            $told['without_field'] = $this->withoutField($manager, (array)$asked['paths']);
        }
        if (!empty($asked['modules'])) {
            $told['modules'] = base64_encode(gzencode((string)json_encode($this->modules($manager), JSON_INVALID_UTF8_SUBSTITUTE)));
        }
        $told['stores'] = (object)$told['stores'];
        $this->result['settings'] = $told;
        ob_end_clean();
    }

    private function leaves(array &$found, array $place, string $path, $value): void
    {
        if (is_array($value)) {
            foreach ($value as $key => $inner) {
                $this->leaves($found, $place, $path === '' ? (string)$key : $path . '/' . $key, $inner);
            }
        } else {
            $found[] = array_merge($place, [$path, $value]);
        }
    }

    /** Of values that Magento encrypted with this installation's key: a keyed hash of the plain text. */
    private function fingerprints(object $manager, array $values, string $key): array
    {
        $encryptor = $manager->get(\Magento\Framework\Encryption\EncryptorInterface::class);
        $told = [];
        foreach ($values as [$layer, $scope, $code, $path, $value]) {
            if (!is_string($value) || !preg_match('/^\d{1,3}:[0-3]:/', $value)) {
                continue;
            }
            try {
                $plain = (string)$encryptor->decrypt($value);
            } catch (Throwable $problem) {
                continue;
            }
            if ($plain !== '') {
                $told[] = [$layer, $scope, $code, $path, hash_hmac('sha256', $plain, $key)];
            }
        }
        return $told;
    }

    /** What modules say of settings, in the order in which they load: their XML, as it is. */
    private function modules(object $manager): array
    {
        $registrar = $manager->get(\Magento\Framework\Component\ComponentRegistrar::class);
        $places = [];
        foreach ($manager->get(\Magento\Framework\Module\ModuleList::class)->getNames() as $name) {
            $place = (string)$registrar->getPath('module', $name);
            if ($place !== '') {
                $places[$name] = $place;
            }
        }
        $told = $this->primary();
        foreach ($places as $name => $place) {
            $one = ['name' => $name, 'di' => $this->declaring("$place/etc/di.xml"), 'areas' => [], 'partials' => []];
            foreach (['config' => 'config.xml', 'system' => 'adminhtml/system.xml'] as $key => $file) {
                $one[$key] = $this->text("$place/etc/$file");
            }
            foreach (glob("$place/etc/*/di.xml") ?: [] as $file) {
                if (($text = $this->declaring($file)) !== '') {
                    $one['areas'][basename(dirname($file))] = $text;
                }
            }
            $this->partials($one['partials'], $one['system'], $places);
            $told[] = ['areas' => (object)$one['areas'], 'partials' => (object)$one['partials']] + $one;
        }
        return $told;
    }

    /** What app/etc itself declares, before all modules. */
    private function primary(): array
    {
        $told = [];
        foreach (array_merge([BP . '/app/etc/di.xml'], glob(BP . '/app/etc/*/di.xml') ?: []) as $file) {
            if (($text = $this->declaring($file)) !== '') {
                $told[] = ['name' => substr(dirname($file), strlen(BP) + 1), 'di' => $text, 'config' => '', 'system' => ''];
            }
        }
        return $told;
    }

    private function text(string $file): string
    {
        return is_file($file) ? (string)file_get_contents($file) : '';
    }

    /** A di.xml that says something of settings; empty otherwise. */
    private function declaring(string $file): string
    {
        $text = $this->text($file);
        return strpos($text, 'TypePool') === false && strpos($text, 'ExcludeList') === false ? '' : $text;
    }

    /** The files that a system.xml includes, and those that these include. */
    private function partials(array &$found, string $xml, array $places): void
    {
        preg_match_all('~<include\s[^>]*path\s*=\s*["\']([A-Za-z0-9_]+)::([^"\']+)["\']~', $xml, $named, PREG_SET_ORDER);
        foreach ($named as [, $module, $file]) {
            if (!isset($found["$module::$file"]) && isset($places[$module]) && strpos($file, '..') === false) {
                $found["$module::$file"] = $this->text($places[$module] . "/etc/adminhtml/$file");
                $this->partials($found, $found["$module::$file"], $places);
            }
        }
    }
}
