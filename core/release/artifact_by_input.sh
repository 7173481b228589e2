id=$(cat "$artifacts/by-input/$key" 2>/dev/null) || exit 0
home=$artifacts/$id
if [ ${#id} -eq 64 ] && [ -e "$home/complete" ] && [ -d "$home/tree" ] && [ -s "$home/manifest" ]; then
    printf '%s\n' "$id"
    cat "$home/info.json"
    printf '\000'
fi
