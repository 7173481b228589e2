[ -e "$mark/complete" ] || fail 'the release is not complete'
: > "$mark/verified" && sync "$mark/verified"
