# Removing names of shared inodes changes their ctime in the releases that stay. What was in no doubt before is
# in none afterwards.
workplace
take names > "$work/names" || fail 'the names are cut off'

resolve() { readlink -f "$1" 2>/dev/null || :; }

: > "$work/trusted"
while IFS= read -r name; do
    case $name in '' | .* | */*) fail "$name is no release" ;; esac
    release=$releases/$name mark=$marks/$name
    real=$(resolve "$release")
    # Looked at again right before: whatever the plan said, what is live stays.
    for link in "$current" "$next"; do
        [ -z "$real" ] || [ "$(resolve "$link")" != "$real" ] || fail "$name is in use by $link"
    done
    if [ -e "$mark/complete" ] && [ -d "$release" ] && [ -e "$inodes" ]; then
        scan "$release" "$work/old" / /dev/null
        cut -z -f1 "$work/old.times" | sort -z -u | comm -z -12 - "$inodes" | cut -z -d/ -f1 >> "$work/trusted"
    fi
    rm -f "$mark/complete" || fail "cannot write to $mark"
    if [ -d "$release" ]; then
        mv -T "$release" "$releases/.trash-$name" || fail "cannot rename $release"
        [ "$(resolve "$current")" != "$(resolve "$releases/.trash-$name")" ] ||
            { mv -T "$releases/.trash-$name" "$release"; : > "$mark/complete"; fail "$name has become live"; }
    fi
    rm -rf "$mark"
done < "$work/names"

for trash in "$releases"/.trash-*; do
    [ -e "$trash" ] && [ "$(resolve "$current")" != "$(resolve "$trash")" ] || continue
    name=${trash##*/.trash-}
    # What is mounted in there, media for example, is not ours to empty.
    if rm -rf --one-file-system "$trash" 2>/dev/null; then state=removed; else state=left; fi
    printf '%s\t%s\000' "$state" "$name"
done

if [ -e "$inodes" ]; then
    sort -z -u "$work/trusted" > "$work/trusted.sorted"
    : > "$work/all"
    for mark in "$marks"/*/; do
        name=${mark%/}
        name=${name##*/}
        [ -e "$mark/complete" ] && [ -d "$releases/$name" ] || continue
        scan "$releases/$name" "$work/kept" / /dev/null
        cut -z -f1 "$work/kept.times" >> "$work/all"
    done
    sort -z -u "$work/all" > "$work/now"
    join -z -t / "$work/now" "$work/trusted.sorted" > "$work/fresh"
    refresh "$work/fresh"
    # Inodes that no release has any more are forgotten: their numbers are used again.
    cut -z -d/ -f1 "$work/now" | sort -z -u > "$work/alive"
    join -z -t / "$inodes" "$work/alive" > "$inodes.new" && mv -f "$inodes.new" "$inodes" ||
        fail 'cannot write the table of inodes'
fi
exit 0
