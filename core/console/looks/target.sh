# A staging or production host: $current, the link; $history, what went live; $flag, relative to a release.
live=$(readlink -f "$current" 2>/dev/null) && [ -d "$live" ] || live=
if [ -n "$live" ]; then
    [ -e "$live/$flag" ] && fact closed yes
    digest "$live/app/etc/config.php"
fi
[ -r "$history" ] && tail -n 20 "$history" | while IFS= read -r line; do fact history "$line"; done
if [ -n "$cron" ]; then
    crontab -l 2>/dev/null | while IFS= read -r line; do
        case $line in '#mageconsole-paused '*) fact crontab "$line" ;; esac
    done
fi
exit 0
