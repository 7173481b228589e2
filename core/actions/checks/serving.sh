# What serves the shop and who: php-fpm, crontab, the places that php-fpm's user needs. Before it: root,
# needs (lines: r or w, a path under root). Prints as inspect.sh does, and changes nothing.
say() { printf '%s=%s\n' "$1" "$(printf '%s' "$2" | head -n 1 | cut -c1-300)"; }

fpm_seen=' ' users=' '
user() {
  case $users in *" $1 "*) return ;; esac
  case $1 in '' | '$'*) return ;; esac
  users="$users$1 "
  say fpm_groups "$1 $(id -Gn "$1" 2>/dev/null)"
}
# Whether php-fpm looks at changed files: opcache BINARY CONFIGURATION. Its php.ini as it tells it, and what pools set.
opcache() {
  "$1" -i </dev/null 2>/dev/null | while read -r key _ value _; do
    case $key in opcache.enable | opcache.validate_timestamps) say fpm_opcache "$key $value" ;; esac
  done
  [ -r "$2" ] || return 0
  for one in "$2" $(sed -n 's/^[[:space:]]*include[[:space:]]*=[[:space:]]*//p' "$2"); do
    sed -n 's/^[[:space:]]*php_[a-z_]*\[\(opcache\.[a-z_]*\)\][[:space:]]*=[[:space:]]*\([^[:space:];]*\).*/\1 \2/p' \
      "$one" 2>/dev/null | while read -r line; do say fpm_pool_opcache "$line"; done
  done
}
for p in /proc/[0-9]*; do
  read -r name < "$p/comm" 2>/dev/null || continue
  case $name in php-fpm*) ;; *) continue ;; esac
  title=$(tr '\000' ' ' < "$p/cmdline" 2>/dev/null)
  case $title in
  *'master process'*)
    conf=${title#*\(}
    conf=${conf%%\)*}
    say fpm_master "$conf"
    # Debian's binary is named after its version; elsewhere there is one of them.
    case $fpm_seen in *" $name $conf "*) continue ;; esac
    fpm_seen="$fpm_seen$name $conf "
    binary=$(command -v "$name" 2>/dev/null) || binary=/usr/sbin/$name
    [ -x "$binary" ] && opcache "$binary" "$conf"
    [ -x "$binary" ] && "$binary" -v </dev/null 2>/dev/null | while read -r line; do
      case $line in "PHP "*) say fpm_php "$line" && break ;; esac
    done
    ;;
  *': pool '*) user "$(stat -c %U "$p" 2>/dev/null)" ;;
  esac
done
# Pools that start their processes on demand have none now: the configuration names their users.
pools=
for conf in /etc/php/*/fpm/pool.d/*.conf /etc/php-fpm.d/*.conf; do
  if [ "$users" != ' ' ] || [ ! -r "$conf" ]; then continue; fi
  while read -r key equals value _; do
    case "$key$equals" in user=) pools="$pools $value" ;; esac
  done < "$conf"
done
for value in $pools; do user "$value"; done
printf '%s\n' "$needs" | while read -r need path; do
  [ -n "$path" ] && [ -e "$root/$path" ] || continue
  found=$(stat -L -c '%a %U %G' "$root/$path" 2>/dev/null) || continue
  # An access control list says more than the mode: then it can't be told.
  case $(ls -ldL "$root/$path" 2>/dev/null) in ??????????+*) continue ;; esac
  say place "$need $found $path"
done
for name in systemctl supervisorctl; do
  command -v "$name" >/dev/null 2>&1 && say can "$name"
done
say cron_lines "$(crontab -l 2>/dev/null | grep -c '^[^#].*bin/magento')"
# What nginx hands to php-fpm as the script's path, from the configuration that names this shop and what it includes.
# walk FILE DEPTH: prints the file and what it includes, as far as it can be read.
walk() {
  [ -f "$1" ] && [ -r "$1" ] || return 0
  printf '%s\n' "$1"
  [ "$2" -lt 6 ] || return 0
  sed -n 's/^[[:space:]]*include[[:space:]]\{1,\}\([^;]*\);.*/\1/p' "$1" | tr -d "\"'" | while read -r included; do
    case $included in /*) ;; *) included=${conf%/*}/$included ;; esac
    for one in $included; do walk "$one" $(($2 + 1)); done
  done
}
confs=
for p in /proc/[0-9]*; do
  read -r name < "$p/comm" 2>/dev/null && [ "$name" = nginx ] || continue
  title=$(tr '\000' ' ' < "$p/cmdline" 2>/dev/null)
  case $title in *'master process'*) ;; *) continue ;; esac
  conf=/etc/nginx/nginx.conf
  case $title in *' -c '*) conf=${title#* -c } conf=${conf%% *} ;; esac
  case " $confs " in *" $conf "*) ;; *) confs="$confs $conf" ;; esac
done
for conf in $confs; do
  walk "$conf" 0 | sort -u | while read -r file; do
    grep -Fq "$root/" "$file" || continue
    walk "$file" 1 | while read -r one; do
      sed -n 's/^[[:space:]]*fastcgi_param[[:space:]]\{1,\}SCRIPT_FILENAME[[:space:]]\{1,\}\([^;[:space:]]*\).*/\1/p' "$one" |
        while read -r value; do say nginx_script "$value $one"; done
    done
  done
done
# Lines of this shop that a job paused (core/magento/cron.py writes the mark).
real=$(readlink -f "$root") || real=$root
crontab -l 2>/dev/null | while read -r mark job line; do
  case "$mark $line" in "#mageconsole-paused "*"$root/"* | "#mageconsole-paused "*"$real/"*) say cron_paused "$job" ;; esac
done
exit 0
