for home in "$artifacts"/*/; do
    home=${home%/}
    [ -e "$home/complete" ] && [ -d "$home/tree" ] && [ -s "$home/manifest" ] && [ -s "$home/info.json" ] ||
        continue
    printf '%s\n' "${home##*/}"
    cat "$home/info.json"
    printf '\000'
done
exit 0
