# One sub-archive: two lists of paths, then the archive. Its acknowledgement is the list of what it brought.
umask "$mask"
release=$releases/$name incoming=$marks/$name/incoming
[ -d "$incoming" ] || fail "$name is not being received"
workplace
take files > "$work/files" && take others > "$work/others" || fail 'the lists are cut off'
cd "$release" || fail "$release is gone"
# tar gives up on a directory that another sub-archive makes at the same moment; mkdir -p does not.
cat "$work/files" "$work/others" | xargs -0 -r dirname -z -- | sort -z -u | xargs -0 -r mkdir -p -- ||
    fail "cannot make directories in $release"
case $codec in
zstd) zstd -q -dc ;;
gzip) gzip -dc ;;
*) cat ;;
esac | tar -x -f - --no-same-owner --no-same-permissions --unlink-first --warning=no-timestamp ||
    fail "the archive can't be unpacked" 3
digests "$work" "$names" < "$work/files" | sort -z > "$work/digests" || fail 'cannot hash'
got=$(sha256sum < "$work/digests")
if [ "${got%% *}" != "$expected" ]; then
    # What arrived, so that it can be told which files are wrong.
    cat "$work/digests"
    fail 'what arrived is not what the manifest says' 4
fi
cat "$work/files" "$work/others" > "$incoming/$key.new" && mv -f "$incoming/$key.new" "$incoming/$key.got" ||
    fail "cannot write to $incoming"
