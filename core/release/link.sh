# Makes what a new release shares with its base, and what it copies from it. Prints the digests of the copies.
umask "$mask"
workplace
release=$releases/$name mark=$marks/$name from=$releases/$base
cd "$from" || fail "$base is gone"
for list in parents units singles stale stale_directories copies sound tampered; do
    take $list > "$work/$list" || fail 'the lists are cut off'
done
jobs=$(cores)
in_release() { (cd "$release" && "$@"); }

in_release xargs -0 -r mkdir -p -- < "$work/parents" || fail "cannot make directories in $release"
missed=0
xargs -0 -r -n 8 -P "$jobs" cp -al --parents -t "$release" -- < "$work/units" 2> "$work/errors" || missed=1
xargs -0 -r -n 400 -P "$jobs" cp -al --parents -t "$release" -- < "$work/singles" 2>> "$work/errors" || missed=1
if [ $missed = 1 ]; then
    # Another device, another owner, too many links: what can't be linked is a copy.
    for list in units singles; do
        xargs -0 -r -n 400 cp -R -P -n --preserve=mode,timestamps --parents -t "$release" -- \
            < "$work/$list" 2>> "$work/errors"
    done
fi
in_release xargs -0 -r rm -f -- < "$work/stale" || fail "cannot remove stale files from $release"
in_release xargs -0 -r rmdir -- < "$work/stale_directories" 2>/dev/null
xargs -0 -r -n 400 -P "$jobs" cp -P --remove-destination --preserve=mode,timestamps --parents -t "$release" -- \
    < "$work/copies" 2>> "$work/errors"

# Making and removing links changed the ctimes of what is shared with the base. Whatever changes later than
# this stamp is looked at again; what was wrong before is kept by name.
# Of the base's own files whose link went again, nothing else speaks: the table follows them here.
xargs -0 -r sh -c 'find "$@" -maxdepth 0 -printf "%i/%C@\\0"' sh < "$work/sound" | sort -z -u > "$work/fresh"
refresh "$work/fresh"
cat "$work/tampered" > "$mark/incoming/tampered" && : > "$mark/incoming/linked" || fail "cannot write to $mark"
printf '%s' "$base" > "$mark/incoming/base.new" && mv -f "$mark/incoming/base.new" "$mark/incoming/base" ||
    fail "cannot write to $mark"
in_release digests "$work" any < "$work/copies" | emit
