# What a build needs of its host. Changes nothing. Lines that are ours begin with "mageconsole ".
# Given: root, use_composer, and the functions run_php and run_composer.

say() {
    printf '\nmageconsole %s %s\n' "$1" "$2"
}

for tool in git tar sha256sum find sort xargs mktemp nproc stat; do
    command -v "$tool" >/dev/null 2>&1 || say missing "$tool"
done

git -C / --version >/dev/null 2>&1 || say missing "git 1.8.5 or newer"
comm -z /dev/null /dev/null 2>/dev/null || say missing "GNU coreutils 8.25 or newer"

place=$root
while [ ! -d "$place" ]; do
    place=$(dirname -- "$place")
done
{ [ -w "$place" ] && [ -x "$place" ]; } || say readonly "$place"
say user "$(id -un 2>/dev/null || id -u)"
say cores "$(nproc 2>/dev/null || echo 1)"
say disk "$(stat -f -c '%a %S %c %d' -- "$place")"
say git "$(git --version 2>/dev/null)"

say begin php
run_php -v 2>&1
say end php
say begin extensions
run_php -m 2>&1
say end extensions
if [ "$use_composer" = yes ]; then
    say begin composer
    COMPOSER_ALLOW_SUPERUSER=1 run_composer --version --no-ansi --no-interaction 2>&1
    say end composer
fi
exit 0
