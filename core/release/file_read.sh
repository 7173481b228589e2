[ -r "$path" ] || fail "$path is missing or not readable"
emit < "$path"
