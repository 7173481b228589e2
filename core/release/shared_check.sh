tab=$(printf '\t')
told() { printf '%s: %s\000' "$path" "$1"; }
take links | while IFS=$tab read -r kind path target; do
    if [ ! -L "$release/$path" ]; then
        if [ -e "$release/$path" ]; then told 'not a link'; else told 'missing'; fi
    elif [ "$(readlink "$release/$path")" != "$target" ]; then
        told "leads to $(readlink "$release/$path")"
    elif [ "$kind" = d ] && [ ! -d "$release/$path/" ]; then
        told 'leads to no directory'
    fi
done
