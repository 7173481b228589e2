# Makes a release that is being received whole again: paths that should not be there go, and what is to be sent
# once more is no longer acknowledged.
umask "$mask"
release=$releases/$name incoming=$marks/$name/incoming
[ -d "$incoming" ] || fail "$name is not being received"
workplace
for list in files directories unacknowledged; do
    take $list > "$work/$list" || fail 'the lists are cut off'
done
cd "$release" || fail "$release is gone"
xargs -0 -r rm -f -- < "$work/files"
xargs -0 -r rmdir -- < "$work/directories" 2>/dev/null
sort -z -u "$work/unacknowledged" > "$work/again"
acknowledged "$incoming" | sort -z -u | comm -z -23 - "$work/again" > "$incoming/kept.new" &&
    rm -f "$incoming"/*.got.* && mv -f "$incoming/kept.new" "$incoming/kept.got.none" ||
    fail "cannot write to $incoming"
