# Remove tasks by id, out of sight first; and what an interrupted removal left.
umask 077
unset IFS
[ -d "$mc_tasks" ] || exit 0
for mc_each in $mc_ids; do
    [ ! -d "$mc_tasks/$mc_each" ] || LC_ALL=C mv -fT "$mc_tasks/$mc_each" "$mc_tasks/.gone.$mc_each" || exit 95
done
# Logs of tasks that were given secrets and succeeded, which nobody came back to read.
for mc_each in $mc_read; do
    [ ! -e "$mc_tasks/$mc_each/claim/confidential" ] || rm -f "$mc_tasks/$mc_each/log"
done
LC_ALL=C find "$mc_tasks" -mindepth 1 -maxdepth 1 -name '.gone.*' -exec rm -rf {} +
