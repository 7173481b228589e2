mc_reachable
if [ -e "$mc_task/cancelled" ]; then printf 'yes\n'; else printf 'no\n'; fi
exit 0
