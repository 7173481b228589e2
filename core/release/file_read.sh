[ -r "$path" ] || fail "$path is missing or not readable"
if command -v gzip >/dev/null 2>&1; then
    printf 'gzip\n'
    gzip -1 -c < "$path"
else
    printf 'none\n'
    cat < "$path"
fi
