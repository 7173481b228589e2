# Making sub-archives of the tree in the working directory. Given by `packing.py`: count, packed, and for the
# N-th `list_N` (its paths, files first; empty: it is stored already), `files_N`, `names_N`, `expected_N`, `key_N`.
pack() {
    case $codec in
    # Its own checksum is one too many. What is unpacked with a window that fits a processor's cache is unpacked
    # faster; it costs half a per cent of the size.
    zstd) zstd -q "-$level" --no-check --zstd=wlog=20 -c ;;
    gzip) gzip "-$level" -c ;;
    *) cat ;;
    esac
}
# archive LIST
archive() {
    # Ownership and modes are the target's: it applies its umask to the executable bit alone. Two names of one
    # file in the build's tree must not become two names of one file in a release.
    tar -c -f - --no-recursion --hard-dereference --format=gnu --numeric-owner --owner=0 --group=0 \
        --mode=a-st,a=rwX --null -T - < "$1"
}

# make N TO: writes the N-th sub-archive, the list of its paths and then the archive, and to TO.head
# its length, the length of the list, and the SHA-256 of all of it. Each file is hashed after it was read:
# what is packed is what the manifest says. 4: it is not, and TO.digests tells what was found.
make() {
    eval "list=\$list_$1 files=\$files_$1 names=\$names_$1 expected=\$expected_$1"
    printf %s "$list" | base64 -d | unpack "$packed" > "$2.list" && pack < "$2.list" > "$2" || return 1
    list_size=$(stat -c %s "$2") || return 1
    status=$({ { archive "$2.list" || printf failed >&4; } | pack >> "$2" || printf failed >&4; } 4>&1)
    [ -z "$status" ] || return 1
    head -z -n "$files" "$2.list" | digests "$work" "$names" | sort -z > "$2.digests" || return 1
    digest_of "$2.digests" || return 1
    [ "$digest" = "$expected" ] || return 4
    size=$(stat -c %s "$2") && digest_of "$2" || return 1
    printf '%s %s %s\n' "$size" "$list_size" "$digest" > "$2.head" && rm -f "$2.list" "$2.digests"
}
