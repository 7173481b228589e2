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
exec 3>&1
status=$({ { printf %s "$list" | unpack | archive || printf failed >&4; } | pack >&3 || printf failed >&4; } 4>&1)
[ -z "$status" ] || fail 'the artifact can not be read whole'
