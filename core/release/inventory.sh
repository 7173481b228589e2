fact() { printf '%s\t%s\000' "$1" "$2"; }
seconds() { date -r "$1" +%s 2>/dev/null; }

if [ ! -e "$root" ] && [ ! -L "$root" ]; then
    fact root missing
    exit 0
fi
if [ ! -d "$root" ]; then
    fact root 'not a directory'
    exit 0
fi
cd "$root" 2>/dev/null || fail "$root can't be entered"
[ -r . ] || fail "$root can't be read"
fact root directory
# Real paths, so that a path with links in it compares.
fact releases "$(readlink -f "$releases")"
target=$(readlink -f "$current" 2>/dev/null) && [ -e "$target" ] && fact current "$target"
[ -L "$next" ] && fact next "$(readlink -f "$next")"
if [ -L "$current" ]; then fact link yes; elif [ -e "$current" ]; then fact link no; fi
for trace in .mageconsole .dep repo/HEAD revisions.log bin/magento app/etc/env.php app/bootstrap.php pub/index.php; do
    if [ -e "$trace" ] || [ -L "$trace" ]; then fact "has $trace" yes; fi
done
# Whatever is neither ours nor what is laid ready for a first deployment.
fact strangers "$(find . -mindepth 1 -maxdepth 1 ! -name shared ! -name releases ! -name .mageconsole \
    ! -name current ! -name current.next ! -name lost+found -printf '%f\n' | sort | head -n 5 | tr '\n\t' '  ')"
fact foreign "$(find releases/ -mindepth 1 -maxdepth 1 ! -name '.trash-*' ! -name '[1-9]*-????????????' \
    -printf '%f\n' 2>/dev/null | sort | head -n 3 | tr '\n\t' '  ')"

for path in "$releases"/*/ "$marks"/*/; do
    name=${path%/}
    name=${name##*/}
    case $name in [1-9]*-????????????) ;; *) continue ;; esac
    # Seen already among the directories.
    case $path in "$marks"/*) [ -d "$releases/$name" ] && continue ;; esac
    mark=$marks/$name
    present=0 complete=0 info='' live='' verified=''
    [ -d "$releases/$name" ] && present=1
    [ -e "$mark/complete" ] && complete=1
    [ -r "$mark/info.json" ] && info=$(cat "$mark/info.json")
    [ -r "$mark/live" ] && live=$(cat "$mark/live")
    [ -e "$mark/verified" ] && verified=$(seconds "$mark/verified")
    printf 'release\t%s\t%s\t%s\t%s\t%s\t%s\t%s\000' "$name" "$present" "$complete" \
        "$(seconds "$releases/$name")" "$live" "$verified" "$info"
done
exit 0
