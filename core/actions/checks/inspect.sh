# Reads facts of a host and changes nothing. Before it: root, php (a command line), web_group, owner files list.
# One `key=value` a line; a key may come again. Values are cut at line ends.
say() { printf '%s=%s\n' "$1" "$(printf '%s' "$2" | head -n 1 | cut -c1-300)"; }

say user "$(id -un 2>/dev/null)"
say uid "$(id -u)"
say clock "$(date +%s)"
for tool in tar gzip sha256sum find xargs sort stat readlink mv ln cp mkdir timeout base64 head tail cut df tr $tools; do
  command -v "$tool" >/dev/null 2>&1 || say missing "$tool"
done
# Not every tool of that name is GNU's, or new enough: BusyBox, and the coreutils of Enterprise Linux 7 (8.22).
proved() { "$@" < /dev/null > /dev/null 2>&1; }
proved comm -z /dev/null /dev/null || say missing "GNU coreutils 8.25 (comm -z)"
proved find / -maxdepth 0 -printf '' || say missing "GNU findutils (find -printf)"
proved tar -c --null --no-recursion --hard-dereference -T - || say missing "GNU tar (--null, --hard-dereference)"
for tool in zstd flock setsid; do
  command -v "$tool" >/dev/null 2>&1 && say better "$tool"
done

# The nearest directory that exists: what a first deployment will create lies on its file system.
d=$root
while [ ! -d "$d" ] && [ "$d" != / ]; do d=$(dirname "$d"); done
say nearest "$d"
[ -w "$d" ] && [ -x "$d" ] && say writable "$d"
say owner "$(stat -c %U "$d" 2>/dev/null)"
# The longest mount point that the path lies under is its file system's.
longest='' read_only=''
while read -r _ point _ options _; do
  case $d/ in "${point%/}"/*) [ "${#point}" -ge "${#longest}" ] || continue ;; *) continue ;; esac
  longest=$point
  case ,$options, in *,ro,*) read_only=yes ;; *) read_only= ;; esac
done < /proc/mounts
[ -n "$read_only" ] && say read_only yes
say disk_free_kb "$(df -k --output=avail "$d" 2>/dev/null | tail -n 1 | tr -d ' ')"
say inodes_free "$(df --output=iavail "$d" 2>/dev/null | tail -n 1 | tr -d ' ')"

for name in releases shared .mageconsole; do
  [ -e "$root/$name" ] && [ ! -w "$root/$name" ] && say not_writable "$name"
done

e=$root/shared/app/etc/env.php
if [ -e "$e" ]; then
  say env_php there
  say env_owner "$(stat -L -c %U:%a "$e" 2>/dev/null)"
  [ -r "$e" ] && say env_readable yes
  [ -s "$e" ] && say env_filled yes
  text=$(cat "$e" 2>/dev/null)
  case $text in *install*date*) say env_installed yes ;; esac
  text=
  say env_digest "$(sha256sum < "$e" 2>/dev/null | cut -c1-64)"
elif [ -L "$e" ]; then say env_php dangling
else say env_php missing; fi

eval "$php -v" </dev/null 2>/dev/null | while read -r line; do
  case $line in "PHP "*) say php "$line" && break ;; esac
done
say memory_limit "$(eval "$php -i" </dev/null 2>/dev/null | sed -n 's/^memory_limit => \([^ ]*\) .*/\1/p')"
printf 'extensions=%s\n' "$(eval "$php -m" </dev/null 2>/dev/null | tr 'A-Z\n' 'a-z ' | cut -c1-2000)"
for p in /proc/[0-9]*; do
  read -r name < "$p/comm" 2>/dev/null || continue
  case $name in php-fpm*) say fpm "$name"; break ;; esac
done
# The last word counts; lingering does not save what runs in the login's own session.
kills='' spared=root
for f in /etc/systemd/logind.conf /usr/lib/systemd/logind.conf.d/*.conf /etc/systemd/logind.conf.d/*.conf; do
  [ -r "$f" ] || continue
  while read -r line; do
    case $line in
      KillUserProcesses=[yY1tT]* | KillUserProcesses=[oO][nN]*) kills=$f ;;
      KillUserProcesses=*) kills= ;;
      KillExcludeUsers=*) spared=${line#*=} ;;
    esac
  done < "$f"
done
case " $spared " in *" ${SUDO_USER:-$(id -un)} "*) kills= ;; esac
[ -n "$kills" ] && say kills_user_processes "$kills"
[ -d /run/systemd/system ] && say systemd yes
for l in "$root"/releases/.trash-* "$root"/.mageconsole/lock.*; do
  if [ -e "$l" ] || [ -L "$l" ]; then say leftover "${l#"$root"/}"; fi
done
command -v crontab >/dev/null 2>&1 && say crontab yes
case " $(id -nG 2>/dev/null) " in *" $web_group "*) [ -n "$web_group" ] && say in_web_group yes ;; esac
exit 0
