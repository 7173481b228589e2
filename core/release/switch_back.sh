if [ -e "$current" ] && [ ! -L "$current" ]; then fail "$current is not a link"; fi
now=$(readlink -f "$current" 2>/dev/null) || now=''
if [ -n "$before" ]; then
    target=$(readlink -f "$releases/$before") && [ -d "$target" ] || fail "there is no release $before"
    if [ "$now" != "$target" ]; then
        rm -f "$next" && ln -s "releases/$before" "$next" && mv -T "$next" "$current" ||
            fail "cannot rename $next"
    fi
    [ "$(readlink -f "$current")" = "$target" ] || fail "$current does not lead to $before"
elif [ -L "$current" ] && [ "$now" = "$(readlink -f "$releases/$name")" ]; then
    rm -f "$current" || fail "cannot remove $current"
fi
rm -f "$next"
if [ -s "$marks/$name/live.before" ]; then
    mv -f "$marks/$name/live.before" "$marks/$name/live"
elif [ -e "$marks/$name/live.before" ]; then
    rm -f "$marks/$name/live" "$marks/$name/live.before"
fi
