# Making sub-archives of the tree in the working directory. Given by `packing.py`: count, packed, and for the
# N-th `list_N` (its paths, files first; empty: it is stored already), `files_N`, `names_N`, `expected_N`, `key_N`.
unpack() { if [ "$packed" = gzip ]; then base64 -d | gzip -dc; else base64 -d; fi; }
pack() {
    case $codec in
    zstd) zstd -q "-$level" -c ;;
    gzip) gzip "-$level" -c ;;
    *) cat ;;
    esac
}
# archive LIST NAMES
archive() {
    # Directories lead: without them tar tries to make every directory above each file that it can't open.
    # Ownership and modes are the target's: it applies its umask to the executable bit alone. Two names of one
    # file in the build's tree must not become two names of one file in a release.
    {
        [ "$2" != plain ] || tr '\000' '\n' < "$1" | sed -n 's,/[^/]*$,,p' | sort -u | grep -vx '\.' | tr '\n' '\000'
        cat "$1"
    } | tar -c -f - --no-recursion --hard-dereference --format=gnu --numeric-owner --owner=0 --group=0 \
        --mode=a-st,a=rwX --null -T -
}

# make N TO: writes the N-th sub-archive, the list of its paths and then the archive, and to TO.head
# its length, the length of the list, and the SHA-256 of all of it. Each file is hashed after it was read:
# what is packed is what the manifest says. 4: it is not, and TO.digests tells what was found.
make() {
    eval "list=\$list_$1 files=\$files_$1 names=\$names_$1 expected=\$expected_$1"
    printf %s "$list" | unpack > "$2.list" && pack < "$2.list" > "$2" || return 1
    list_size=$(stat -c %s "$2") || return 1
    status=$({ { archive "$2.list" "$names" || printf failed >&4; } | pack >> "$2" || printf failed >&4; } 4>&1)
    [ -z "$status" ] || return 1
    head -z -n "$files" "$2.list" | digests "$work" "$names" | sort -z > "$2.digests" || return 1
    found=$(digest_of "$2.digests") || return 1
    [ "$found" = "$expected" ] || return 4
    size=$(stat -c %s "$2") && found=$(digest_of "$2") || return 1
    printf '%s %s %s\n' "$size" "$list_size" "$found" > "$2.head" && rm -f "$2.list" "$2.digests"
}
