<?php
/*
 * Which settings Magento's own commands take; sent before the scripts that want to know, as one script with them.
 */

trait MageconsolePaths
{
    /** Those of the paths that config:set refuses, since no system.xml has a field for them. Null: it can't be told. */
    private function withoutField(object $manager, array $paths)
    {
        $validator = 'Magento\Config\Model\Config\PathValidator';
        if (!class_exists($validator)) {
            return null;
        }
        $found = [];
        $ask = function () use ($manager, $paths, $validator, &$found) {
            $one = $manager->create($validator);
            foreach (array_unique($paths) as $path) {
                try {
                    $one->validate((string)$path);
                } catch (\Magento\Framework\Exception\ValidatorException $problem) {
                    $found[] = (string)$path;
                }
            }
        };
        try {
            // As config:set itself does it: the fields are the Admin's.
            $area = 'Magento\Config\Console\Command\EmulatedAdminhtmlAreaProcessor';
            if (class_exists($area)) {
                $manager->create($area)->process($ask);
            } else {
                $manager->get(\Magento\Framework\App\State::class)->emulateAreaCode('adminhtml', $ask);
            }
        } catch (Throwable $problem) {
            return null;
        }
        return $found;
    }
}
