# Where a transfer to this host stands: new, begun, or complete. What was begun on another boot is begun anew,
# for what it acknowledged may never have reached the disk.
umask "$mask"
release=$releases/$name mark=$marks/$name
mkdir -p "$releases" "$marks" || fail "cannot make $releases"
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null) || boot=unknown
state=begun base=''
if [ -e "$mark/complete" ] && [ -d "$release" ]; then
    state=complete
elif [ ! -d "$release" ] || [ "$(cat "$mark/incoming/id" 2>/dev/null)" != "$id $boot $mask $group" ]; then
    [ "$(readlink -f "$current" 2>/dev/null)" != "$(readlink -f "$release")" ] ||
        fail "$name is live, but has no mark"
    rm -rf "$release" "$mark" && mkdir "$release" "$mark" "$mark/incoming" || fail "cannot make $release"
    [ -z "$group" ] || chgrp "$group" "$release" || fail "cannot give $release to the group $group"
    printf '%s' "$id $boot $mask $group" > "$mark/incoming/id" || fail "cannot write to $mark"
fi
[ -r "$mark/incoming/base" ] && base=$(cat "$mark/incoming/base")
room=$(df -k --output=avail,iavail "$releases" 2>/dev/null | tail -n 1)
{
    printf '%s\n%s\n%s\n%s\n' "$state" "$base" "$(tools)" "$room"
    if [ "$state" = begun ]; then acknowledged "$mark/incoming"; fi
} | emit
