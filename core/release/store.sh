# Stores the sub-archives that a host without any release needs, beside the artifact.
umask 022
workplace
cd "$tree" || fail "$tree is gone"
new=$packs.new
rm -rf "$new" && mkdir "$new" || fail "cannot make $new"
store() {
    eval "key=\$key_$1"
    make "$1" "$new/$key.$codec" || printf '%s %s' $? "$key" > "$work/failed"
}
number=0
while [ "$number" -lt "$count" ] && [ ! -e "$work/failed" ]; do
    last=$((number + $(cores)))
    while [ "$number" -lt "$count" ] && [ "$number" -lt "$last" ]; do
        store "$number" &
        number=$((number + 1))
    done
    wait
done
if [ -e "$work/failed" ]; then
    read -r status key < "$work/failed" || :
    [ "$status" != 4 ] || cat "$new/$key.$codec.digests"
    rm -rf "$new"
    fail 'what was packed is not what the manifest says' "$status"
fi
sync -f "$new" 2>/dev/null || sync
rm -rf "$packs" && mv -T "$new" "$packs" || fail "cannot make $packs"
