# Who holds the lock, how old the heartbeat is by this host's clock, which tasks live, the owner file.
[ -d "$mc_dot" ] || { printf 'free\n'; exit 0; }
mc_boot_id || { printf 'no-proc\n' >&2; exit 94; }
if [ ! -x "$mc_dot" ] || [ ! -r "$mc_dot" ]; then printf 'Permission denied\n' >&2; exit 94; fi
[ -e "$mc_dot/lock" ] || { printf 'free\n'; exit 0; }
mc_beat=$(stat -c %Y "$mc_dot/lock/beat" 2>/dev/null || stat -c %Y "$mc_dot/lock" 2>/dev/null || printf 0)
printf 'held %s\n' "$(($(date +%s) - mc_beat))"
for mc_task in "$mc_dot"/tasks/*; do
    mc_claimed || continue
    mc_job=
    { IFS= read -r mc_job < "$mc_task/claim/job"; } 2>/dev/null
    printf 'task %s\t%s\t%s\n' "${mc_task##*/}" "$mc_job" "$(mc_look)"
done
printf 'owner\n'
head -c 8192 "$mc_dot/lock/owner" 2>/dev/null
exit 0
