# The resident shell: runs one request after the other, each in a process group of its own with a limit.
# mc_boot and mc_m are set by what comes before this text.
while read -r mc_limit; do
    timeout -k 3 "$mc_limit" sh -c "$mc_boot" || {
        echo "$mc_m lost"
        echo "$mc_m lost" >&2
    }
done
