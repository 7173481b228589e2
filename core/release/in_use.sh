workplace
here=$(readlink -f "$releases") || fail "$releases is gone"
take names > "$work/names" || fail 'the names are cut off'
{
    # A line for each directory and each argument; three programs, however many processes there are.
    find /proc/[0-9]* -maxdepth 1 -name cwd -printf '%l\n' 2>/dev/null
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\000' '\n'
    crontab -l 2>/dev/null
    # Links of people beside ours: `previous`, `stable`.
    find "$root" -maxdepth 2 -type l ! -name current ! -name current.next -printf '%l\n' -exec readlink -f {} \; \
        2>/dev/null
} > "$work/uses"
printf '\n' >> "$work/uses"
while IFS= read -r name; do
    # A whole component of a path: 1-ab must not be found in 11-ab.
    while IFS= read -r line; do
        case "$line/" in
        *"$here/$name"[/\ ]* | *"$releases/$name"[/\ ]* | "releases/$name/"*)
            printf '%s\000' "$name"
            break
            ;;
        esac
    done < "$work/uses"
done < "$work/names"
exit 0
