# The directories that sub-archives need, then the sub-archives, one after the other: a line with its key, its
# length, that of its list, and its digest; then the list of its paths, and the archive. Nothing is unpacked before
# all of its bytes were found to be those that left the build host. The list, still packed, is the
# acknowledgement, given when all was unpacked. While one is unpacked the next one is received.
umask "$mask"
release=$releases/$name incoming=$marks/$name/incoming
[ -d "$incoming" ] || fail "$name is not being received"
workplace "$incoming"
cd "$release" || fail "$release is gone"

# Threads that read and write for one process of so short a life cost more than they save; 1.5.4 makes them.
if [ "$codec" = zstd ] && zstd --no-asyncio --version >/dev/null 2>&1; then unpacking=--no-asyncio; fi

# lay FILE KEY LIST_SIZE: unpacks what was received, and acknowledges it.
lay() {
    status=$({
        head -c "$3" > "$incoming/$2.new" || printf failed
        # A file that is there already, maybe linked with another release, is removed by tar, never written
        # into. With -i it reads all of its input: `unpack` is never left with a pipe that nobody reads.
        { unpack "$codec" || printf failed >&4; } |
            tar -x -i -b 128 -f - --no-same-owner --no-same-permissions --warning=no-timestamp >&2 4>&- ||
            printf failed
    } < "$1" 4>&1)
    [ -z "$status" ] && mv -f "$incoming/$2.new" "$incoming/$2.got.$codec"
}

laid() {
    [ -z "$laying" ] || wait "$laying" || fail "the archive can't be unpacked, or $incoming not be written" 3
    laying=''
}

# keep FILE SIZE: writes so much of what arrives to a file, and finds its digest.
keep() {
    dd bs=128k iflag=fullblock,count_bytes count="$2" status=none > "$1" && digest_of "$1" ||
        fail 'what arrives can not be kept'
}

# compare FILE SIZE DIGEST: ends when a file that was kept is not what was sent.
compare() {
    [ "$digest" != "$3" ] || return 0
    [ "$(stat -c %s "$1")" = "$2" ] || fail 'what arrives is cut off'
    fail 'what arrived is not what was sent' 4
}

keep "$work/directories" "$directories_bytes"
compare "$work/directories" "$directories_bytes" "$directories_digest"
# Made here once: tar would make them one by one, and set the times of each again. It tells what can't be made.
{ take directories < "$work/directories" | xargs -0 -r mkdir -- 2>/dev/null || :; } &
laying=$!
slot=0
while read -r key size list_size expected; do
    slot=$((1 - slot)) arriving=$work/$((1 - slot))
    keep "$arriving" "$size"
    laid
    compare "$arriving" "$size" "$expected"
    lay "$arriving" "$key" "$list_size" &
    laying=$!
done
laid
