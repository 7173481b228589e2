# The index of a release: what was known of the files in its linkable trees when it was complete.
#   files: type, inode, size, mtime, mode, path; others: the same of links, and the paths of directories.
# Making or removing a hard link changes an inode's ctime, in every release that shares it. So ctimes lie in
# one table for the host, `inode/ctime`, which follows what this console itself links and removes.

# scan DIR TO STAMP LISTING: writes TO.files, TO.others and TO.times (inode/ctime, path), sorted, of the release in
# DIR; TO.late: what changed in any way after the file STAMP was written; LISTING: kind, size and path, unsorted.
scan() {
    : > "$2.f" && : > "$2.o" && : > "$2.t" && : > "$2.l" && : >> "$4" || fail 'cannot write temporary files'
    (
        cd "$1" || exit 1
        to=$2 stamp=$3 list=$4
        set --
        for top in $(scanned); do set -- "$@" "./$top"; done
        [ $# -gt 0 ] || exit 0
        find "$@" -type d \( -perm -u=rwx -fprintf "$list" 'd %p\0' -o -fprintf "$list" '? %M %p\0' \) \
            -fprintf "$to.o" 'd\t\t\t\t\t%p\0' -o \
            -fprintf "$to.t" '%i/%C@\t%p\0' \( ! -cnewer "$stamp" -o -fprintf "$to.l" '%p\0' \) \
            \( -type f -fprintf "$to.f" '%y\t%i\t%s\t%T@\t%m\t%p\0' \
            \( -perm -u=rwx -fprintf "$list" 'x %s %p\0' -o ! -perm /u=x -perm -u=rw -fprintf "$list" 'f %s %p\0' \
            -o -fprintf "$list" '? %M %p\0' \) \
            -o -fprintf "$to.o" '%y\t%i\t%s\t%T@\t%m\t%p\0' \
            \( -type l -fprintf "$list" 'l %p\t%l\0' -o -fprintf "$list" '? %M %p\0' \) \)
    ) || fail "cannot look through $1"
    sort -z "$2.f" > "$2.files" &
    sorting=$!
    sort -z "$2.t" > "$2.times" && sort -z "$2.o" > "$2.others" || fail 'cannot sort'
    wait "$sorting" || fail 'cannot sort'
    sort -z "$2.l" > "$2.late"
    rm -f "$2.f" "$2.o" "$2.t" "$2.l"
}

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
    {
        cat "$1"
        if [ -e "$inodes" ]; then join -z -t / -v 1 "$inodes" "$1"; fi
    } | sort -z -u > "$inodes.new" && mv -f "$inodes.new" "$inodes" || fail 'cannot write the table of inodes'
}

tab=$(printf '\t')
