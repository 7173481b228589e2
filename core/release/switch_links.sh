for link in "$current" "$next"; do
    target=$(readlink -f "$link" 2>/dev/null) && [ -e "$target" ] || target=''
    printf '%s\000' "$target"
done
