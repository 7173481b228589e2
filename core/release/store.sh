# Stores the sub-archives that a host without any release needs, beside the artifact.
umask 022
[ ! -d "$packs" ] || exit 0
workplace
cd "$tree" || fail "$tree is gone"
# A directory of its own: an earlier try, whose console died, may still be at it.
find "${packs%/*}" -maxdepth 1 -name "${packs##*/}.*" -mmin +60 -exec rm -rf {} +
new=$(mktemp -d "$packs.XXXXXX") || fail "cannot make $packs"
trap 'rm -rf "$work" "$new"' EXIT
chmod 755 "$new"
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
    [ "$status" = 4 ] || fail 'the artifact can not be read whole, or packed'
    cat "$new/$key.$codec.digests"
    fail 'what was packed is not what the manifest says' 4
fi
sync -f "$new" 2>/dev/null || sync
mv -T "$new" "$packs" 2>/dev/null || [ -d "$packs" ] || fail "cannot make $packs"
