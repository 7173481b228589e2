# Give the task a session of its own when this shell has none: under sshd it is a session leader, under
# sudo it is not. The text goes through a pipe, never through an argument list.
if ! (PATH=/nonexistent; printf '') 2>/dev/null; then
    printf 'mageconsole-task refused no-builtin-printf\n'
    exit 95
fi
mc_process self || { printf 'mageconsole-task refused no-proc\n'; exit 95; }
if [ "$mc_session" = "$mc_pid" ] || ! command -v setsid >/dev/null 2>&1; then
    eval "$mc_body"
else
    printf '%s' "$mc_body" | setsid sh -c 'mc_body=$(cat); eval "$mc_body"' &
    exit 0
fi
