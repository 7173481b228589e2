# The index of a release: what was known of the files in its linkable trees when it was complete.
#   files: type, inode, size, mtime, mode, path; others: the same of links, and the paths of directories.
# Making or removing a hard link changes an inode's ctime, in every release that shares it. So ctimes lie in
# one table for the host, `inode/ctime`, which follows what this console itself links and removes.

# scan DIR TO STAMP LISTING: writes TO.files, TO.others and TO.times (inode/ctime, path), sorted, of the release in
# DIR; TO.late: what changed in any way after the file STAMP was written; LISTING: kind, size and path, unsorted.
scan() {
    : >> "$4" || fail 'cannot write temporary files'
    rm -rf "$2.parts" && mkdir "$2.parts" || fail 'cannot write temporary files'
    (cd "$1" && scanned | xargs -r -n 1 -P "$(cores)" sh -c "$scan_one" sh "$2.parts" "$3") ||
        fail "cannot look through $1"
    parts "$2" l >> "$4" || fail 'cannot write temporary files'
    parts "$2" f | sort -z > "$2.files" &
    sorting=$!
    parts "$2" t | sort -z > "$2.times" &&
        parts "$2" o | sort -z > "$2.others" || fail 'cannot sort'
    wait "$sorting" || fail 'cannot sort'
    parts "$2" n | sort -z > "$2.late" || fail 'cannot sort'
    rm -rf "$2.parts"
}

parts() { find "$1.parts" -name "*.$2" -exec cat {} +; }

# One tree of a scan, beside the others: PARTS STAMP TOP.
scan_one='
part=$(mktemp "$1/XXXXXX") || exit 1
: > "$part.f" && : > "$part.o" && : > "$part.t" && : > "$part.n" && : > "$part.l" || exit 1
exec find "./$3" -type d \( -perm -u=rwx -fprintf "$part.l" "d %p\\0" -o -fprintf "$part.l" "? %M %p\\0" \) \
    -fprintf "$part.o" "d\\t\\t\\t\\t\\t%p\\0" -o \
    -fprintf "$part.t" "%i/%C@\\t%p\\0" \( ! -cnewer "$2" -o -fprintf "$part.n" "%p\\0" \) \
    \( -type f -fprintf "$part.f" "%y\\t%i\\t%s\\t%T@\\t%m\\t%p\\0" \
    \( -perm -u=rwx -fprintf "$part.l" "x %s %p\\0" -o ! -perm /u=x -perm -u=rw -fprintf "$part.l" "f %s %p\\0" \
    -o -fprintf "$part.l" "? %M %p\\0" \) \
    -o -fprintf "$part.o" "%y\\t%i\\t%s\\t%T@\\t%m\\t%p\\0" \
    \( -type l -fprintf "$part.l" "l %p\\t%l\\0" -o -fprintf "$part.l" "? %M %p\\0" \) \)
'

# The linkable trees that are in the release in the working directory.
scanned() {
    for top in $tops; do
        if [ -d "$top" ] && [ ! -L "$top" ]; then printf '%s\n' "$top"; fi
    done
}

# doubtful TIMES: the paths whose inode has another ctime than the table says, or is not in it.
doubtful() {
    if [ -e "$inodes" ]; then
        join -z -t "$tab" -v 1 "$1" "$inodes" | cut -z -f2-
    else
        cut -z -f2- < "$1"
    fi
}

# refresh NEW: takes sorted `inode/ctime` lines into the table, in place of what it said of these inodes.
refresh() {
    if [ -e "$inodes" ]; then
        join -z -t / -v 1 "$inodes" "$1" | sort -z -u -m - "$1"
    else
        cat "$1"
    fi > "$inodes.new" && mv -f "$inodes.new" "$inodes" || fail 'cannot write the table of inodes'
}

tab=$(printf '\t')
