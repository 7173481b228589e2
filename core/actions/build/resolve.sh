# What a branch, tag or part of a commit id means. Changes nothing. Given: mirror, url, ref, part.
# Prints `ref<TAB>commit<TAB>name`, `commit<TAB>id<TAB>subject`, and for the part `part<TAB>id<TAB>subject`.
# Ends with 41 when the repository can't be read.

export GIT_TERMINAL_PROMPT=0
# A mirror that is no repository any more must not lead to one that the build's path lies in.
export GIT_CEILING_DIRECTORIES="${mirror%/*}"
ssh_command=${GIT_SSH_COMMAND:-$(git config core.sshCommand || echo ssh)}
export GIT_SSH_COMMAND="$ssh_command -o BatchMode=yes"
tab=$(printf '\t')

# From the root of the file system: the login's directory may be a repository of its own.
cd / || exit 41
refs=$(git ls-remote -- "$url" HEAD "refs/heads/$ref" "refs/tags/$ref" "refs/tags/$ref^{}" "$ref") || exit 41
printf '%s\n' "$refs" | while read -r commit name; do
    [ -n "$name" ] || continue
    printf 'ref\t%s\t%s\n' "$commit" "$name"
    [ -d "$mirror" ] && git -C "$mirror" log -1 --format="commit${tab}%H${tab}%s" "$commit" -- 2>/dev/null
done
if [ -n "$part" ] && [ -d "$mirror" ]; then
    git -C "$mirror" log -1 --format="part${tab}%H${tab}%s" "$part^{commit}" -- 2>/dev/null
fi
exit 0
