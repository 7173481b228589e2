home=$artifacts/$id
umask 022
[ ${#id} -eq 64 ] || fail "$id is no artifact's id"
mkdir -p "$artifacts/by-input" || fail "cannot make $artifacts"
if [ ! -e "$home/complete" ]; then
    # A half-made artifact is nobody's: the lock is ours, and what is whole has its mark.
    if [ -d "$tree" ]; then
        rm -rf "$home" && mkdir "$home" || fail "cannot make $home"
    fi
    [ -d "$tree" ] || [ -d "$home/tree" ] || fail "$tree is gone"
    take manifest > "$home/manifest" && take info > "$home/info.json" || fail 'cannot write the manifest'
    [ ! -d "$tree" ] || mv "$tree" "$home/tree" || fail "cannot move $tree"
    sync -f "$home" 2>/dev/null || sync
    : > "$home/complete" && sync "$home/complete" "$home" || fail 'cannot write the mark'
fi
if [ -n "$key" ]; then
    printf '%s' "$id" > "$artifacts/by-input/$key.new" &&
        mv -f "$artifacts/by-input/$key.new" "$artifacts/by-input/$key" || fail 'cannot write the input key'
fi
