incoming=$marks/$name/incoming
take paths > "$incoming/copies.new" && mv -f "$incoming/copies.new" "$incoming/copies.got" ||
    fail "cannot write to $incoming"
