# What a release holds now. `trees` empty: all of it; otherwise all but these, which have an index.
# Records of files and links, between empty ones, then digests of the files.
workplace
cd "$release" || fail "$release is gone"
newline='
'
set --
for path in $runtime $trees; do set -- "$@" -path "./$path" -prune -o; done
{
    printf '\000'
    find . -mindepth 1 "$@" -type f -printf 'f\t%s\t%p\0' -o -type l -printf 'l\t%p\0%l\0' || : > "$work/failed"
    printf '\000'
    find . "$@" -type f ! -path "*$newline*" -print0 | digests "$work" plain
    find . "$@" -type f -path "*$newline*" -print0 | digests "$work" any
} | emit
[ ! -e "$work/failed" ] || fail "$release can't be read whole"
