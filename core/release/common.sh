set -u
LC_ALL=C
export LC_ALL

fail() {
    printf '%s\n' "$1" >&2
    exit "${2:-1}"
}

# The next section of standard input, as `pack` laid it there.
take() {
    eval "take_bytes=\$${1}_bytes take_packed=\$${1}_packed"
    if [ -n "$take_packed" ]; then
        head -c "$take_bytes" | gzip -dc
    else
        head -c "$take_bytes"
    fi
}

cores() {
    cores=$(nproc 2>/dev/null) || cores=1
    [ "$cores" -le 4 ] || cores=4
    printf '%s\n' "$cores"
}

# Reads a NUL-ended list of files, prints "digest *path" NUL-ended, in any order; one that is gone is left out.
# Each process writes to a file of its own: what several write into one pipe may be mixed.
digests() {
    digests_dir=$(mktemp -d "$1/digests.XXXXXX") || fail 'no temporary directory'
    if [ "$2" = plain ] && command -v openssl >/dev/null 2>&1; then
        # Three times as fast as sha256sum where the processor has instructions for it.
        xargs -0 -r -n 500 -P "$(cores)" sh -c 'openssl dgst -sha256 -r "$@" >> "$0/$$"' "$digests_dir" \
            2>/dev/null
        cat "$digests_dir"/* 2>/dev/null | tr '\n' '\000'
    else
        xargs -0 -r -n 500 -P "$(cores)" sh -c 'sha256sum -b -z -- "$@" >> "$0/$$"' "$digests_dir" \
            2>/dev/null
        cat "$digests_dir"/* 2>/dev/null
    fi
    rm -rf "$digests_dir"
}

# digest_of FILE: sets `digest` to its SHA-256.
digest_of() {
    digest=$(openssl dgst -sha256 -r "$1" 2>/dev/null) || digest=$(sha256sum -b < "$1") || return 1
    digest=${digest%% *}
}

# unpack CODEC
unpacking=''
unpack() {
    case $1 in
    zstd) zstd -q -dc $unpacking ;;
    gzip) gzip -dc ;;
    *) cat ;;
    esac
}

# acknowledged INCOMING: the paths that were acknowledged there, NUL-ended, in any order.
acknowledged() {
    for packing in none gzip zstd; do
        if [ -n "$(find "$1" -name "*.got.$packing" -print -quit)" ]; then
            find "$1" -name "*.got.$packing" -exec cat {} + | unpack "$packing"
        fi
    done
}

# Packs standard input for `collect`.
emit() {
    if command -v gzip >/dev/null 2>&1; then
        printf 'gzip\n'
        gzip -1 -c
    else
        printf 'none\n'
        cat
    fi
}

tools() {
    for tool in gzip zstd; do
        if command -v $tool >/dev/null 2>&1; then printf '%s ' $tool; fi
    done
}

# workplace [DIRECTORY]: a temporary directory, there or where such lie, that goes when the script ends.
workplace() {
    work=$(mktemp -d ${1:+"$1/work.XXXXXX"}) || fail 'no temporary directory'
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
}
