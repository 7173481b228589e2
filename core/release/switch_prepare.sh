[ -n "$name" ] && [ -d "$releases/$name" ] || fail "there is no release $name"
[ -e "$marks/$name/complete" ] || fail "release $name is not complete"
if [ -e "$current" ] && [ ! -L "$current" ]; then
    fail "$current is not a link"
fi
rm -f "$marks/$name/live.before"
# Relative, so that the layout may be moved or mounted elsewhere.
if [ "$(readlink "$next" 2>/dev/null)" != "releases/$name" ]; then
    rm -f "$next" && ln -s "releases/$name" "$next" || fail "cannot write $next"
fi
# The right to rename is proven by renaming: there and back, within the same directory.
mv -T "$next" "$next.proof" && mv -T "$next.proof" "$next" || fail "cannot rename in $root"
# In a directory with the sticky bit, another owner's link can't be replaced.
if [ -L "$current" ] && [ -k "$root" ] && [ "$(id -u)" != 0 ]; then
    me=$(id -u)
    if [ "$(stat -c %u "$current")" != "$me" ] && [ "$(stat -c %u "$root")" != "$me" ]; then
        fail "$current belongs to another user, and $root has the sticky bit"
    fi
fi
[ "$(readlink -f "$next")" = "$(readlink -f "$releases/$name")" ] || fail "$next does not lead to $name"
