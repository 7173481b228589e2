# Ends those of the processes in $pids that are consumers waiting for a message; one that works on a message is
# left to finish it. With $blind also those of which the system does not tell. Prints a line for each ended.
for pid in $pids; do
  words=$(tr '\000' ' ' < "/proc/$pid/cmdline" 2>/dev/null) || continue
  case $words in *bin/magento*queue:consumers:start*) ;; *) continue ;; esac
  where=
  { IFS= read -r where < "/proc/$pid/wchan"; } 2>/dev/null
  case $where in
    *nanosleep*) ;;
    '' | 0) [ -n "$blind" ] || continue ;;
    *) continue ;;
  esac
  kill -s TERM "$pid" 2>/dev/null && printf '%s\n' "$pid"
done
exit 0
