# Prints a line for each process that runs cron jobs or consumers of the shop in $root, in whatever release.
real=$(readlink -f "$root") || real=$root
for p in /proc/[0-9]*; do
  words=$(tr '\000' ' ' < "$p/cmdline" 2>/dev/null) || continue
  case $words in
    *bin/magento*cron:run* | *bin/magento*queue:consumers:start* | *cron.php*) ;;
    *) continue ;;
  esac
  there=$(readlink "$p/cwd" 2>/dev/null) || there=
  case " $words " in
    *" $root/"* | *" $real/"*) ;;
    *) case $there/ in "$root"/* | "$real"/*) ;; *) continue ;; esac ;;
  esac
  printf '%s %s\n' "${p#/proc/}" "$words" | cut -c1-200
done
exit 0
