# What became of a release since it was complete. Prints the sizes of six lists, a line, then the lists.
workplace
[ -e "$mark/complete" ] && [ -d "$release" ] || fail "$release is not a complete release"
if [ ! -r "$mark/files" ] || [ ! -r "$mark/others" ]; then fail "the index of $release is missing"; fi
if [ -n "$receiving" ] && [ -e "$receiving/linked" ]; then
    # An earlier try has linked from here: that changed ctimes, up to its stamp.
    scan "$release" "$work/now" "$receiving/linked" /dev/null
    sort -z -u "$work/now.late" "$receiving/tampered" > "$work/all"
else
    scan "$release" "$work/now" / /dev/null
    doubtful "$work/now.times" | sort -z > "$work/all"
fi
comm -z -23 "$mark/files" "$work/now.files" > "$work/1"
comm -z -13 "$mark/files" "$work/now.files" > "$work/2"
comm -z -23 "$mark/others" "$work/now.others" > "$work/3"
comm -z -13 "$mark/others" "$work/now.others" > "$work/4"
# Regular files only: a link may lead to anything, and a pipe would never end.
cut -z -f6- "$work/now.files" | sort -z | comm -z -12 - "$work/all" > "$work/doubtful"
cd "$release" && digests "$work" any < "$work/doubtful" > "$work/5" || fail 'cannot hash'
# What changed of a link says nothing of where it leads.
cut -z -f6- "$work/4" | xargs -0 -r sh -c 'find "$@" -maxdepth 0 -type l -printf "%p\\0%l\\0"' sh > "$work/6" ||
    fail 'cannot read links'
cd "$work" || fail 'the temporary directory is gone'
{
    stat -c %s 1 2 3 4 5 6 | tr '\n' ' '
    printf '\n'
    cat 1 2 3 4 5 6
} | emit
