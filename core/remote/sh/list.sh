# One line for each task: id, age in seconds, since, job, a tab, its state.
mc_task=$mc_tasks
mc_reachable
mc_clock=$(date +%s)
for mc_task in "$mc_tasks"/*; do
    [ -d "$mc_task" ] || continue
    mc_touched=$(stat -c %Y "$mc_task" 2>/dev/null) || continue
    mc_job= mc_since=
    { IFS= read -r mc_job < "$mc_task/claim/job"; } 2>/dev/null
    mc_state_line=$(mc_look)
    mc_claimed
    printf '%s %s %s %s\t%s\n' "${mc_task##*/}" "$((mc_clock - mc_touched))" "${mc_since:-0}" "$mc_job" \
        "$mc_state_line"
done
exit 0
