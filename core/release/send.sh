# The sub-archives of a pass, one after the other, each led by a line with its length, that of its list, and its
# digest. While one is read by the console the next one is made, unless the build has stored it.
workplace
cd "$tree" || fail "$tree is gone"
place() {
    eval "list=\$list_$1"
    if [ -n "$list" ]; then place=$work/$1; else eval "place=\$packs/\$key_$1.\$codec"; fi
}
ready() {
    place "$1"
    [ -n "$list" ] || return 0
    make "$1" "$place" || printf '%s' $? > "$work/failed"
}
stopped() {
    # Told in the stream, where there is room for it.
    if [ "$(cat "$work/failed")" = 4 ]; then
        stat -c 'changed %s' "$work/$number.digests" && cat "$work/$number.digests"
    fi
    fail 'the artifact can not be read whole'
}
number=0
ready 0
while [ "$number" -lt "$count" ]; do
    [ ! -e "$work/failed" ] || stopped
    next=$((number + 1))
    if [ "$next" -lt "$count" ]; then ready "$next" & fi
    place "$number"
    cat "$place.head" "$place" || exit 1
    if [ -n "$list" ]; then rm -f "$place" "$place.head"; fi
    wait
    number=$next
done
