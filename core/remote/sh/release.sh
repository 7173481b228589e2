# Give the lock back: out of the way by one rename, and only if it is still ours then.
mc_gone=$mc_dot/lock.$mc_token.gone
# Where two hosts share the path, the other one may have been quicker: a lock that is not there is given back.
LC_ALL=C rm -rf "$mc_gone" || exit 1
LC_ALL=C mv -fT "$mc_dot/lock" "$mc_gone" || { [ ! -e "$mc_dot/lock" ] && exit 0 || exit 1; }
mc_now=
{ IFS= read -r mc_now < "$mc_gone/owner"; } 2>/dev/null
if [ -n "$mc_now" ] && [ "$mc_now" != "$mc_token" ]; then
    mv -fT "$mc_gone" "$mc_dot/lock"
    exit 0
fi
LC_ALL=C rm -rf "$mc_gone"
