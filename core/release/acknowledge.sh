incoming=$marks/$name/incoming
take paths > "$incoming/copies.new" && mv -f "$incoming/copies.new" "$incoming/copies.got.none" ||
    fail "cannot write to $incoming"
