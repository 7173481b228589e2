# Sub-archives, one after the other: a line that describes it, two lists of paths, then the archive. The list of
# what it brought is its acknowledgement, written when all of it was unpacked and checked. While one is checked
# the next one is unpacked.
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

check() {
    digests "$work" "$names" < "$work/$key.files" | sort -z > "$work/$key.digests" || return 5
    got=$(sha256sum < "$work/$key.digests")
    # What arrived, so that it can be told which files are wrong.
    [ "${got%% *}" = "$expected" ] || { mv "$work/$key.digests" "$work/wrong"; return 4; }
    cat "$work/$key.files" "$work/$key.others" > "$incoming/$key.new" &&
        mv -f "$incoming/$key.new" "$incoming/$key.got" || return 5
}

checked() {
    [ -n "$checking" ] || return 0
    wait "$checking"
    case $? in
    0) checking='' ;;
    4)
        cat "$work/wrong"
        fail 'what arrived is not what the manifest says' 4
        ;;
    *) fail "cannot check what arrived, or write to $incoming" ;;
    esac
}

checking=''
while read -r key expected names size files_bytes others_bytes packed; do
    [ "$packed" = gzip ] || packed=''
    files_packed=$packed others_packed=$packed
    take files > "$work/$key.files" && take others > "$work/$key.others" || fail 'the lists are cut off'
    head -c "$size" | unpack |
        tar -x -f - --no-same-owner --no-same-permissions --unlink-first --warning=no-timestamp ||
        fail "the archive can't be unpacked" 3
    checked
    check &
    checking=$!
done
checked
