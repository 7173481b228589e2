# What takes a process or a longer file: asked seldom. $php, a command line; $root, where Magento may lie.
eval "$php -v" </dev/null 2>/dev/null | while read -r word version _; do
    [ "$word" = PHP ] && printf 'php=%s\n' "$version" && break
done
cd "$root" 2>/dev/null || exit 0
# named KEY: the first string after a key of composer.json, written one a line as composer does.
named() {
    while IFS= read -r line; do
        case $line in *"\"$1"*"\":"*) ;; *) continue ;; esac
        line=${line#*\":}
        line=${line#*\"}
        printf 'magento=%s\n' "${line%%\"*}"
        return
    done
    return 1
}
base=vendor/magento/magento2-base/composer.json
[ -r "$base" ] && named version < "$base" && exit 0
[ -r composer.json ] && named magento/product- < composer.json
exit 0
