# The state of a task in one line, then bytes of its log. In this order: when the task had ended, what
# follows is all there will be.
mc_reachable
mc_look
if [ "$mc_limit" -gt 0 ] && [ -f "$mc_task/log" ]; then
    tail -c "+$((mc_offset + 1))" "$mc_task/log" | head -c "$mc_limit"
fi
exit 0
