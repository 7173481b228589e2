umask "$mask"
real=$(readlink -f "$release") && [ -d "$real" ] || fail "$release is missing"
live=$(readlink -f "$current" 2>/dev/null) || live=''
tab=$(printf '\t')

made() {
    mkdir -p "$1" || fail "cannot make $1"
    shared_with_group "$1"
}
# What either makes in there, the owner by a command or php-fpm, belongs to the group they have in common.
shared_with_group() {
    [ -z "$group" ] || { chgrp "$group" "$1" && chmod g+s "$1"; } || fail "cannot give $1 to the group $group"
}

take links | while IFS=$tab read -r kind path target; do
    place=$real/$path
    case $path in
    */*) parent=${path%/*} home=$real/$parent ;;
    *) parent='' home=$real ;;
    esac
    if [ "$kind" = d ]; then
        [ -d "$shared/$path" ] || made "$shared/$path"
    elif [ -n "$parent" ]; then
        [ -d "$shared/$parent" ] || made "$shared/$parent"
    fi
    if [ -L "$place" ] && [ "$(readlink "$place")" = "$target" ]; then continue; fi
    mkdir -p "$home" || fail "cannot make $home"
    # A link on the way would lead out of the release: nothing is removed there.
    [ "$(readlink -f "$home")" = "$home" ] || fail "$parent leads out of the release"
    if [ -e "$place" ] || [ -L "$place" ]; then
        [ "$real" != "$live" ] || fail "$path is not a link in the live release"
        rm -rf --one-file-system "$place" || fail "cannot replace $path"
    fi
    ln -s "$target" "$place" || fail "cannot link $path"
done || exit $?
if [ -d "$real/var" ] && [ ! -L "$real/var" ]; then shared_with_group "$real/var"; fi
