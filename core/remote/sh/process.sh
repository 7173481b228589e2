# Facts of processes, read from /proc by the shell itself: no process is started for it.
unset IFS
mc_newline='
'

# mc_process PID: sets mc_pid, mc_state, mc_group, mc_session, mc_started. False: there is no such process.
# Fields of /proc/PID/stat by proc(5): 3 state, 5 group, 6 session, 22 start in ticks since the boot.
# The name in field 2 may hold anything, also ") "; nothing after it does.
mc_process() {
    { IFS= read -r mc_stat < "/proc/$1/stat"; } 2>/dev/null || return 1
    case $mc_stat in *") "*) ;; *) mc_stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1 ;; esac
    mc_pid=${mc_stat%% *}
    set -- ${mc_stat##*) }
    [ $# -ge 20 ] || return 1
    mc_state=$1 mc_group=$3 mc_session=$4
    shift 19
    mc_started=$1
}

# mc_alive PID STARTED: whether this very process lives; another one with the same number is not it.
mc_alive() {
    [ -n "$1" ] && mc_process "$1" || return 1
    [ "$mc_started" = "$2" ] || return 1
    case $mc_state in Z | X) return 1 ;; esac
}

mc_boot_id() {
    mc_boot=
    { IFS= read -r mc_boot < /proc/sys/kernel/random/boot_id; } 2>/dev/null
    [ -n "$mc_boot" ]
}
