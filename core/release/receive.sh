# Sub-archives, one after the other: a line with its key, its length, that of its list, and its digest; then the
# list of its paths, and the archive. Nothing is unpacked before all of its bytes were found to be those that
# left the build host. The list is the acknowledgement, given when all was unpacked. While one is unpacked the
# next one is received.
umask "$mask"
release=$releases/$name incoming=$marks/$name/incoming
[ -d "$incoming" ] || fail "$name is not being received"
workplace
cd "$release" || fail "$release is gone"
unpack() {
    case $codec in
    zstd) zstd -q -dc ;;
    gzip) gzip -dc ;;
    *) cat ;;
    esac
}

# lay KEY LIST_SIZE: unpacks what was received, and acknowledges it.
lay() {
    status=$({
        {
            { head -c "$2" | unpack || printf failed >&4; } > "$incoming/$1.new"
            # A file that is there already, maybe linked with another release, is removed by tar, never written
            # into. It may be done before the padding at the end of the archive is read.
            { unpack || printf failed >&4; } | {
                tar -x -b 128 -f - --no-same-owner --no-same-permissions --warning=no-timestamp >&2 ||
                    printf failed >&4
                cat > /dev/null
            }
        } < "$work/$1"
    } 4>&1)
    [ -z "$status" ] && mv -f "$incoming/$1.new" "$incoming/$1.got" && rm -f "$work/$1"
}

laid() {
    [ -z "$laying" ] || wait "$laying" || fail "the archive can't be unpacked, or $incoming not be written" 3
    laying=''
}

laying=''
while read -r key size list_size expected; do
    head -c "$size" > "$work/$key" && received=$(stat -c %s "$work/$key") || fail 'what arrives can not be kept'
    found=$(digest_of "$work/$key")
    laid
    [ "$received" = "$size" ] || fail 'the archive is cut off'
    [ "$found" = "$expected" ] || fail 'what arrived is not what was sent' 4
    lay "$key" "$list_size" &
    laying=$!
done
laid
