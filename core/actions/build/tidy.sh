# Remove artifacts, and what unfinished jobs left. Given: store, works, own. Standard input: ids, a line each.

while read -r id; do
    [ ${#id} -eq 64 ] || continue
    # Without its mark it is no artifact any more, however far the removal gets.
    rm -f "$store/$id/complete" || exit 1
    rm -rf "${store:?}/$id" || exit 1
done
for link in "$store"/by-input/*; do
    [ -f "$link" ] || continue
    [ -e "$store/$(cat "$link")/complete" ] || rm -f "$link"
done
# A removal that was cut off, and trees of a day ago. Others' files in there make this a warning, never a failure.
find "$store" -mindepth 1 -maxdepth 1 -type d -mmin +1440 ! -name by-input \
    ! -exec test -e '{}/complete' \; -exec rm -rf {} + || :
if [ -d "$works" ]; then
    find "$works" -mindepth 1 -maxdepth 1 -mmin +1440 ! -path "$own" ! -path "$own.*" -exec rm -rf {} + || :
fi
exit 0
