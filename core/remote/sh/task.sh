# What is known of one task, from its directory $mc_task and from /proc.

# mc_claimed: reads who won the claim. False: nobody, or it was settled that the task never runs.
mc_claimed() {
    mc_wrapper= mc_wrapper_started= mc_wrapper_group= mc_since= mc_wrapper_boot=
    { read -r mc_wrapper mc_wrapper_started mc_wrapper_group mc_since mc_wrapper_boot \
        < "$mc_task/claim/id"; } 2>/dev/null || return 1
    mc_command= mc_command_started=
    { read -r mc_command mc_command_started < "$mc_task/child"; } 2>/dev/null
    [ -n "$mc_wrapper_boot" ]
}

# mc_marked PID: whether the process inherited this task's mark.
mc_marked() {
    { mc_environ=$(tr '\0' '\n' < "/proc/$1/environ"); } 2>/dev/null || return 1
    case $mc_newline$mc_environ$mc_newline in
    *"${mc_newline}MAGECONSOLE_TASK_DIR=$mc_task$mc_newline"*) return 0 ;;
    esac
    return 1
}

# mc_find: sets mc_found to the living processes of the task without its wrapper: those in its process
# group and those that left it but bear its mark. The group counts only while it provably is the task's:
# its wrapper or its command lives in it, or a member bears the mark; the number may have been used again.
# Nothing older than the wrapper is looked at.
mc_find() {
    mc_found= mc_inside= mc_outside= mc_ours= mc_self=
    { read -r mc_self mc_rest < /proc/self/stat; } 2>/dev/null
    if mc_alive "$mc_wrapper" "$mc_wrapper_started"; then mc_ours=1; fi
    if mc_alive "$mc_command" "$mc_command_started"; then mc_ours=1; fi
    for mc_each in /proc/[0-9]*; do
        mc_each=${mc_each#/proc/}
        mc_process "$mc_each" || continue
        [ "$mc_started" -ge "$mc_wrapper_started" ] && [ "$mc_each" != "$mc_self" ] || continue
        case $mc_state in Z | X) continue ;; esac
        [ "$mc_each:$mc_started" != "$mc_wrapper:$mc_wrapper_started" ] || continue
        if [ "$mc_group" = "$mc_wrapper_group" ]; then
            mc_inside="$mc_inside $mc_each"
            if [ -z "$mc_ours" ] && mc_marked "$mc_each"; then mc_ours=1; fi
        elif mc_marked "$mc_each"; then
            mc_outside="$mc_outside $mc_each"
        fi
    done
    mc_found=$mc_outside
    [ -z "$mc_ours" ] || mc_found="$mc_outside$mc_inside"
}

# mc_signal NAME: to each process that mc_find found.
mc_signal() {
    for mc_each in $mc_found; do kill -s "$1" "$mc_each" 2>/dev/null; done
}

# mc_ended: prints how the task ended. False: it is not written.
mc_ended() {
    mc_code= mc_at= mc_note=
    { read -r mc_code mc_at mc_note < "$mc_task/exit"; } 2>/dev/null
    [ -n "$mc_at" ] && printf 'exited %s %s %s\n' "$mc_code" "$mc_at" "$mc_note"
}

# mc_look: prints the task's state, one line. The exit code is read again after the wrapper was found
# dead: it may have ended in between.
mc_look() {
    mc_ended && return
    if [ ! -d "$mc_task/claim" ] || [ -e "$mc_task/claim/never" ]; then
        printf 'never\n'
    elif ! mc_claimed; then
        printf 'vanished 0 unclear\n'
    elif [ "$mc_wrapper_boot" != "$mc_boot" ]; then
        mc_ended || printf 'vanished %s rebooted\n' "$mc_since"
    elif mc_alive "$mc_wrapper" "$mc_wrapper_started"; then
        printf 'running %s %s\n' "$mc_wrapper" "$mc_since"
    elif ! mc_ended; then
        mc_find
        printf 'vanished %s killed%s\n' "$mc_since" "$mc_found"
    fi
}

# mc_reachable: refuses to answer where a missing directory would look like "never ran".
mc_reachable() {
    mc_boot_id || { printf 'no-proc\n' >&2; exit 94; }
    if [ ! -d "${mc_tasks%/*}" ] || [ ! -x "${mc_tasks%/*}" ]; then
        printf 'no-directory\n' >&2; exit 94
    fi
    for mc_each in "$mc_tasks" "$mc_task"; do
        if [ -e "$mc_each" ] && { [ ! -x "$mc_each" ] || [ ! -r "$mc_each" ]; }; then
            printf 'Permission denied\n' >&2; exit 94
        fi
    done
}
