# The fence: whoever lost the lock changes nothing any more. The shared flock keeps the lock from changing
# hands while a script is under way; where flock is missing, only the look at the token is left.
mc_holds() {
    mc_now=
    { IFS= read -r mc_now < "$mc_dot/lock/owner"; } 2>/dev/null
    [ "$mc_now" = "$mc_token" ]
}
mc_lost() {
    printf 'mageconsole-fence-lost\n' >&2
    exit 97
}
if command -v flock >/dev/null 2>&1 && [ -r "$mc_dot/fence" ]; then
    exec 9< "$mc_dot/fence"
    flock -s 9 2>/dev/null || :
fi
mc_holds || mc_lost
