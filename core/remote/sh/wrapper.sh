# The exec'd shell itself becomes the keeper of a task: it claims the right to run it, lets go of the
# connection, runs the command once and writes how it ended.

# mc_refuse WHY: tells it on standard output; the words of the tools are on standard error.
mc_refuse() {
    [ "$1" != not-writable ] || mc_why "$mc_place"
    printf 'mageconsole-task refused %s\n' "$1"
    exit 95
}

# mc_prepare: a claim that is whole before it can be seen, with room for the exit code.
mc_prepare() {
    rm -rf "$mc_mine"
    mkdir "$mc_mine" || return 1
    printf '%s %s %s %s %s\n' "$mc_self" "$mc_self_started" "$mc_self_group" "$(date +%s)" "$mc_boot" \
        > "$mc_mine/id" || return 1
    printf '%s\n' "$mc_job" > "$mc_mine/job" || return 1
    printf '%-80s\n' '' > "$mc_mine/exit" || return 1
    [ -z "$mc_confidential" ] || : > "$mc_mine/confidential" || return 1
    [ "$(stat -c %s "$mc_mine/exit")" = 81 ] || return 1
    : >> "$mc_task/log"
}

mc_run_command() {
    mc_process self
    printf '%s %s\n' "$mc_pid" "$mc_started" > "$mc_task/child" || exit 74
    cd "$mc_directory" || exit 72
    umask "${mc_umask:-$mc_login_umask}"
    MAGECONSOLE_TASK=$mc_id MAGECONSOLE_TASK_DIR=$mc_task MAGECONSOLE_JOB=$mc_job
    export MAGECONSOLE_TASK MAGECONSOLE_TASK_DIR MAGECONSOLE_JOB
    unset mc_payload
    eval "$mc_script"
}

# mc_watch: kills the command, and all that came of it, when its time is over. The sleep is ended by KILL:
# a TERM that comes between its fork and its exec is lost in the handler that it inherited from this shell.
mc_watch() {
    mc_sleep= mc_stop=
    trap 'mc_stop=1; [ -z "$mc_sleep" ] || { kill -s KILL "$mc_sleep"; exit 0; }' TERM
    sleep "$mc_limit" &
    mc_sleep=$!
    [ -z "$mc_stop" ] || { kill -s KILL "$mc_sleep"; exit 0; }
    wait "$mc_sleep" || exit 0
    trap '' TERM
    [ ! -e "$mc_task/exit" ] || exit 0
    if mc_alive "$mc_wrapper" "$mc_wrapper_started"; then kill -s USR1 "$mc_wrapper"; fi
    mc_find
    mc_signal TERM
    mc_turn=0
    while [ "$mc_turn" -lt 50 ]; do
        sleep 0.2
        mc_find
        [ -n "$mc_found" ] || exit 0
        mc_turn=$((mc_turn + 1))
    done
    mc_signal KILL
}

# mc_wait PID: its exit code, in mc_code. A signal to this shell interrupts `wait`, not the command.
mc_wait() {
    while :; do
        mc_hit=
        wait "$1"
        mc_code=$?
        [ -n "$mc_hit" ] && kill -0 "$1" 2>/dev/null || return 0
    done
}

# mc_record: the exit code goes into room that was reserved, and is read back. A disk that is full now
# has probably eaten output that the command did not miss: that is no success.
mc_record() {
    if ! head -c 4096 /dev/zero > "$mc_task/probe"; then
        [ "$mc_code" != 0 ] || mc_code=74
        mc_note="${mc_note:+$mc_note }disk-full"
    fi
    rm -f "$mc_task/probe"
    mc_line="$mc_code $(date +%s) $mc_note"
    printf '%-80s\n' "$mc_line" 1<> "$mc_task/claim/exit"
    read -r mc_back < "$mc_task/claim/exit"
    [ "$mc_back" = "${mc_line% }" ] && mv -f "$mc_task/claim/exit" "$mc_task/exit"
}

mc_login_umask=$(umask)
umask 077
mc_boot_id && mc_process self || mc_refuse no-proc
mc_self=$mc_pid mc_self_started=$mc_started mc_self_group=$mc_group
[ -d "${mc_tasks%/*}" ] || mc_refuse no-tasks-directory
mc_place=${mc_tasks%/*}
for mc_each in "$mc_tasks" "$mc_task"; do
    [ -d "$mc_each" ] || LC_ALL=C mkdir "$mc_each" || [ -d "$mc_each" ] || mc_refuse not-writable
    mc_place=$mc_each
done
if [ -e "$mc_task/claim/never" ]; then mc_refuse settled; fi
if [ -e "$mc_task/claim" ]; then
    printf 'mageconsole-task joined\n'
    exit 0
fi
[ -d "$mc_directory" ] && [ -x "$mc_directory" ] || mc_refuse no-directory
mc_mine=$mc_task/claim.$mc_self
(LC_ALL=C; export LC_ALL; mc_prepare) || { rm -rf "$mc_mine"; mc_refuse not-writable; }
if ! LC_ALL=C mv -fT "$mc_mine" "$mc_task/claim" 2>/dev/null; then
    rm -rf "$mc_mine"
    if [ -e "$mc_task/claim/never" ]; then mc_refuse settled; fi
    [ -d "$mc_task/claim" ] || mc_refuse not-writable
    printf 'mageconsole-task joined\n'
    exit 0
fi
# A take-over changes the token first and looks for tasks then; here it is the other way round. One of the
# two sees the other, also on hosts without flock.
if [ -n "$mc_fenced" ] && ! mc_holds; then
    mv -f "$mc_task/claim/id" "$mc_task/claim/never"
    mc_lost
fi
exec 9<&-
trap '' PIPE
printf 'mageconsole-task started\n'
if command -v let_go >/dev/null; then let_go; fi # as core/ssh offers it; the login's shell may hold the streams
trap - PIPE
exec </dev/null >/dev/null 2>&1
cd /
mc_claimed
mc_over= mc_note=
if [ -n "$mc_payload" ]; then
    printf '%s' "$mc_payload" | base64 -d | (mc_run_command) >> "$mc_task/log" 2>&1 &
else
    (mc_run_command) < /dev/null >> "$mc_task/log" 2>&1 &
fi
mc_child=$!
unset mc_payload
mc_guard= mc_guard_started=
if [ -n "$mc_limit" ]; then
    (mc_watch) &
    mc_guard=$!
    if mc_process "$mc_guard"; then mc_guard_started=$mc_started; fi
fi
# Only now: what is forked with a handler set loses the signals that come before it has reset it.
trap 'mc_hit=1' HUP INT TERM
trap 'mc_hit=1 mc_over=1' USR1
mc_wait "$mc_child"
if [ -n "$mc_over" ]; then
    mc_code=124 mc_note=limit
    wait "$mc_guard"
elif mc_alive "$mc_guard" "$mc_guard_started"; then
    kill "$mc_guard"
fi
mc_record
exit 0
