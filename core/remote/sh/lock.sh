# The lock of an environment on one host: a directory that appears whole, by a rename.
umask 077
LC_ALL=C
export LC_ALL

mc_mine=$mc_dot/lock.$mc_token

# mc_usable: whether a lock can be made here at all.
mc_usable() {
    if [ ! -d "$mc_dot" ]; then printf 'missing\n' >&2; exit 96; fi
    if [ "$(stat -c %u "$mc_dot")" != "$(id -u)" ]; then
        printf 'foreign %s %s\n' "$(stat -c %U "$mc_dot")" "$(id -un)" >&2; exit 96
    fi
}

# mc_is_token TEXT: whether it can be one; else the owner file is damaged.
mc_is_token() {
    [ ${#1} -ge 8 ] && [ ${#1} -le 64 ] || return 1
    case $1 in *[!A-Za-z0-9_-]* | [!A-Za-z0-9]*) return 1 ;; esac
}

mc_owner() {
    mc_now=
    { IFS= read -r mc_now < "$mc_dot/lock/owner"; } 2>/dev/null
    printf '%s' "$mc_now"
}

# mc_build: lock.<token>/ with its owner file, read back: on a full disk it may be there and empty.
mc_build() {
    rm -rf "$mc_mine" || return 1
    mkdir "$mc_mine" || return 1
    mc_text="$mc_token
$(date +%s)
$mc_claim"
    printf '%s\n' "$mc_text" > "$mc_mine/owner" || return 1
    : > "$mc_mine/beat" || return 1
    [ "$(cat "$mc_mine/owner")" = "$mc_text" ]
}

# mc_take: prints taken, joined or held. False: something is wrong here; its text is on standard error.
# Who wins removes what others were building; that they then fail means held, too.
mc_take() {
    [ "$(mc_owner)" != "$mc_token" ] || { touch "$mc_dot/lock/beat"; printf 'joined\n'; return; }
    if [ -e "$mc_dot/lock/owner" ]; then printf 'held\n'; return; fi
    if { : >> "$mc_dot/fence"; } && mc_build; then
        if mv -fT "$mc_mine" "$mc_dot/lock" 2>/dev/null; then
            for mc_each in "$mc_dot"/lock.*; do rm -rf "$mc_each"; done
            printf 'taken\n'
            return
        fi
    elif ! mc_why "$mc_dot"; then
        rm -rf "$mc_mine"
        return 1
    fi
    rm -rf "$mc_mine"
    printf 'held\n'
}
