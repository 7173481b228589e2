# Which directories of static content are empty. Changes nothing. Standard input: `sure PATH` or `maybe PATH`,
# a line each; PATH is pub/static/<area>/<Vendor>/<theme>/<locale>. A `maybe` counts only when its theme is in
# the code: Magento makes what is on disk, whatever config.php names.

registered() {
    [ -e "app/design/$1/theme.xml" ] && return 0
    for file in app/design/*/*/*/registration.php vendor/*/*/registration.php; do
        [ -f "$file" ] || continue
        case $(cat -- "$file") in
            *"'$1'"* | *"\"$1\""*) return 0 ;;
        esac
    done
    return 1
}

while read -r kind path; do
    [ -n "$(ls -A -- "$path" 2>/dev/null)" ] && continue
    theme=${path#pub/static/}
    theme=${theme%/*}
    if [ "$kind" = sure ] || registered "$theme"; then
        printf 'missing %s\n' "$path"
    else
        printf 'stale %s\n' "$path"
    fi
done
printf 'version %s\n' "$(cat pub/static/deployed_version.txt 2>/dev/null)"
