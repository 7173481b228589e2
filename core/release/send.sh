# The sub-archives of a pass, one after the other, each led by a line with its length. While one is read by the
# console the next one is made. `list_N` holds the paths of the N-th.
workplace
cd "$tree" || fail "$tree is gone"
unpack() { if [ "$packed" = gzip ]; then base64 -d | gzip -dc; else base64 -d; fi; }
archive() {
    # Ownership and modes are the target's: it applies its umask to the executable bit alone. Two names of one
    # file in the build's tree must not become two names of one file in a release.
    tar -c -f - --no-recursion --hard-dereference --format=gnu --numeric-owner --owner=0 --group=0 \
        --mode=a=rwX --null -T -
}
pack() {
    case $codec in
    zstd) zstd -q -1 -c ;;
    gzip) gzip -1 -c ;;
    *) cat ;;
    esac
}
make() {
    eval "list=\$list_$1"
    status=$({ { printf %s "$list" | unpack | archive || printf failed >&4; } | pack > "$work/$1" ||
        printf failed >&4; } 4>&1)
    [ -z "$status" ] || : > "$work/failed"
}
number=0
make 0
while [ "$number" -lt "$count" ]; do
    [ ! -e "$work/failed" ] || fail 'the artifact can not be read whole'
    next=$((number + 1))
    if [ "$next" -lt "$count" ]; then make "$next" & fi
    stat -c %s "$work/$number" && cat "$work/$number" || exit 1
    rm -f "$work/$number"
    wait
    number=$next
done
