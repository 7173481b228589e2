LC_ALL=C rm -f "$mc_task/log"
