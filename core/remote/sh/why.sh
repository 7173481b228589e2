# mc_why DIRECTORY: makes coreutils say why nothing can be written there; dash's own printf only says
# "I/O error". True: something can.
mc_why() {
    { LC_ALL=C head -c 4096 /dev/zero > "$1/.probe.$$"; } || { rm -f "$1/.probe.$$"; return 1; }
    rm -f "$1/.probe.$$"
}
