# Win the claim so that the task never runs. Who has it already keeps it.
mc_reachable
umask 077
export LC_ALL=C
for mc_each in "$mc_tasks" "$mc_task"; do
    [ -d "$mc_each" ] || mkdir "$mc_each" || [ -d "$mc_each" ] || exit 95
done
mc_mine=$mc_task/claim.settle.$$
if [ ! -d "$mc_task/claim" ]; then
    mkdir -p "$mc_mine" && : > "$mc_mine/never" || exit 95
    mv -fT "$mc_mine" "$mc_task/claim" 2>/dev/null || rm -rf "$mc_mine"
    [ -d "$mc_task/claim" ] || { printf 'the claim could not be made\n' >&2; exit 95; }
fi
mc_look
exit 0
