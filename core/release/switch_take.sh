target=$(readlink -f "$releases/$name") && [ -d "$target" ] || fail "there is no release $name"
if [ "$(readlink -f "$current" 2>/dev/null)" != "$target" ]; then
    [ -e "$marks/$name/complete" ] || fail "release $name is not complete"
    [ ! -e "$current" ] || [ -L "$current" ] || fail "$current is not a link"
    [ "$(readlink -f "$next" 2>/dev/null)" = "$target" ] || fail "the switch to $name was not prepared"
    mv -T "$next" "$current" || fail "cannot rename $next"
    # Kept, so that taking it back leaves the history of an older release as it was.
    cat "$marks/$name/live" > "$marks/$name/live.before" 2>/dev/null
    date +%s.%N > "$marks/$name/live" || printf 'the time of the switch was not recorded\n' >&2
fi
[ "$(readlink -f "$current")" = "$target" ] || fail "$current does not lead to $name"
