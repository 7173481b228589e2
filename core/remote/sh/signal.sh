# Signal what lives of a task, or count it. Prints the state, whether the wrapper lives, and the others.
mc_reachable
if ! mc_claimed || [ "$mc_wrapper_boot" != "$mc_boot" ]; then
    printf '0\n'; exit 0
fi
if [ "$mc_signal" = TERM ]; then { : > "$mc_task/cancelled"; } 2>/dev/null; fi
mc_find
[ "$mc_signal" = 0 ] || mc_signal "$mc_signal"
mc_left=0
if mc_alive "$mc_wrapper" "$mc_wrapper_started"; then
    mc_left=$mc_wrapper
    [ "$mc_also" != wrapper ] || kill -s "$mc_signal" "$mc_wrapper" 2>/dev/null
fi
printf '%s%s\n' "$mc_left" "$mc_found"
exit 0
