# The tools of the build host, and which sub-archives are stored there.
tools
printf '\n'
[ -z "$packs" ] || ls "$packs" 2>/dev/null
exit 0
