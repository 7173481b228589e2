# What a tree holds: a record for each thing, between empty ones, then the digests of the files.
workplace
cd "$tree" || fail "$tree can't be entered"
newline='
'
{
    printf '\000'
    find . -mindepth 1 \( -type f -printf 'f\t%m\t%s\t%p\0' \) -o \( -type l -printf 'l\t%p\0%l\0' \) -o \
        \( -type d -empty -printf 'd\t%p\0' \) -o -type d -o -printf '?\t%y\t%p\0' || : > "$work/failed"
    printf '\000'
    find . -type f ! -path "*$newline*" -print0 | digests "$work" plain
    find . -type f -path "*$newline*" -print0 | digests "$work" any
} | emit
[ ! -e "$work/failed" ] || fail "$tree can't be read whole"
