# Looks at all of a release and, when it is what it should be, marks it complete. `approved`: everything that
# this transfer did not bring was hashed and found right. Otherwise tells what is there: the listing, and
# digests of all that this transfer did not bring.
umask "$mask"
release=$releases/$name mark=$marks/$name
[ -d "$mark/incoming" ] || fail "$name is not being received"
workplace "$mark/incoming"
base=$(cat "$mark/incoming/base" 2>/dev/null) || base=''
if [ -n "$group" ]; then
    # Files with several links share their group with the releases that have them.
    find "$release" ! -group "$group" \( -type d -o -links 1 \) -exec chgrp -h "$group" {} + ||
        fail "cannot give the files to the group $group"
fi
cd "$release" || fail "$release is gone"
# Without a base nothing is shared, so nothing that changed since needs to be known.
stamp=$work/now
: > "$stamp" || fail "cannot write to $mark"
[ ! -e "$mark/incoming/linked" ] || stamp=$mark/incoming/linked
set --
for top in $(scanned); do set -- "$@" -path "./$top" -prune -o; done
find . -mindepth 1 "$@" \( -type f -perm -u=rwx -printf 'x %s %p\0' \) -o \
    \( -type f ! -perm /u=x -perm -u=rw -printf 'f %s %p\0' \) -o \( -type l -printf 'l %p\t%l\0' \) -o \
    \( -type d -perm -u=rwx -printf 'd %p\0' \) -o -printf '? %M %p\0' > "$work/list.rest" ||
    fail "cannot look through $release"
scan "$release" "$work/new" "$stamp" "$work/list.tops"
: > "$work/shared" && : > "$work/got" || fail "cannot write to $mark"
if [ -n "$base" ] && [ -r "$marks/$base/files" ]; then
    comm -z -12 "$marks/$base/files" "$work/new.files" | cut -z -f6- | sort -z |
        comm -z -23 - "$work/new.late" > "$work/shared"
    acknowledged "$mark/incoming" | sort -z -u > "$work/got"
fi
sort -z "$work/list.rest" "$work/list.tops" > "$work/listing"
listing=$(sha256sum < "$work/listing")
shared=$(comm -z -23 "$work/shared" "$work/got" | sha256sum)
if [ "${listing%% *}" != "$expected" ] || { [ -z "$approved" ] && [ "${shared%% *}" != "$linked" ]; }; then
    acknowledged "$mark/incoming" | sort -z -u > "$work/got"
    find . -type f -print0 | sort -z | comm -z -23 - "$work/got" | digests "$work" any > "$work/digests"
    {
        stat -c %s "$work/listing"
        cat "$work/listing" "$work/digests"
    } > "$mark/incoming/differs" || fail "cannot write to $mark"
    printf differs
    exit 0
fi

take manifest > "$mark/manifest" && take info > "$mark/info.json" || fail "cannot write to $mark"
mv -f "$work/new.files" "$mark/files" && mv -f "$work/new.others" "$mark/others" || fail "cannot write to $mark"
# Before the mark: after a power cut a marked release has all of its bytes.
sync -f "$release" 2>/dev/null || sync
cut -z -f1 "$work/new.times" | uniq -z > "$work/fresh"
refresh "$work/fresh"
: > "$mark/complete" && sync "$mark/complete" "$mark" || fail "cannot write to $mark"
rm -rf "$mark/incoming"
printf complete
