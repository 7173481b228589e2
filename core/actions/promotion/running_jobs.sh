# Prints a line for each process that runs cron jobs or consumers of the shop in $root, in whatever release.
# One head for all processes: a fork for each of hundreds would take a second.
real=$(readlink -f "$root") || real=$root
pid=
head -c 4096 /proc/[0-9]*/cmdline 2>/dev/null | tr '\000' ' ' | while IFS= read -r words; do
  case $words in
    "==> /proc/"*"/cmdline <==")
      pid=${words#"==> /proc/"}
      pid=${pid%"/cmdline <=="}
      continue
      ;;
    *bin/magento*cron:run* | *bin/magento*queue:consumers:start* | *cron.php*) ;;
    *) continue ;;
  esac
  case " $words " in
    *" $root/"* | *" $real/"*) ;;
    *)
      there=$(readlink "/proc/$pid/cwd" 2>/dev/null) || there=
      case $there/ in "$root"/* | "$real"/*) ;; *) continue ;; esac
      ;;
  esac
  [ -e "/proc/$pid" ] || continue
  printf '%s %s\n' "$pid" "$words" | cut -c1-200
done
exit 0
