# Change the lock's owner in place by one rename, while no guarded script is under way and no task of the
# old job lives. $mc_expected is the owner's first line, empty when it is damaged; $mc_give: back to nobody.
mc_usable
[ -e "$mc_dot/lock" ] || { printf 'free\n'; exit 0; }
mc_boot_id || { printf 'no-proc\n' >&2; exit 94; }
if command -v flock >/dev/null 2>&1; then
    { : >> "$mc_dot/fence"; } || { mc_why "$mc_dot"; exit 95; }
    exec 9<> "$mc_dot/fence"
    flock -x -n 9 2>/dev/null
    if [ $? -eq 1 ]; then printf 'busy\n'; exit 0; fi
fi
mc_found_token=$(mc_owner)
[ "$mc_found_token" != "$mc_token" ] || [ -n "$mc_give" ] || { printf 'taken\n'; exit 0; }
if mc_is_token "$mc_found_token"; then
    [ "$mc_found_token" = "$mc_expected" ] || { printf 'changed\n'; exit 0; }
elif [ -n "$mc_expected" ]; then
    printf 'changed\n'; exit 0
fi
for mc_task in "$mc_dot"/tasks/*; do
    mc_claimed || continue
    mc_job=
    { IFS= read -r mc_job < "$mc_task/claim/job"; } 2>/dev/null
    [ "$mc_job" = "$mc_old_job" ] || continue
    case $(mc_look) in
    running* | 'vanished '*' killed '*) printf 'tasks\n'; exit 0 ;;
    esac
done
if [ -n "$mc_give" ]; then
    mv -fT "$mc_dot/lock" "$mc_dot/lock.given" && rm -rf "$mc_dot/lock.given" || exit 95
    printf 'taken\n'
    exit 0
fi
mc_build && mv -fT "$mc_mine/owner" "$mc_dot/lock/owner" || { rm -rf "$mc_mine"; mc_why "$mc_dot"; exit 95; }
rm -rf "$mc_mine"
touch "$mc_dot/lock/beat"
printf 'taken\n'
exit 0
