# Bring the mirror up to date, and prove that the commit is in it.
# Given: mirror, url, commit. Ends with 41 when the fetch failed, 42 when the commit is not there.

# Nobody is there to answer: a question for a password or a host key has to fail.
export GIT_TERMINAL_PROMPT=0
ssh_command=${GIT_SSH_COMMAND:-$(git config core.sshCommand || echo ssh)}
export GIT_SSH_COMMAND="$ssh_command -o BatchMode=yes"

mkdir -p "$mirror" && git init --quiet --bare "$mirror" || exit 41
git -C "$mirror" config remote.origin.url "$url" || exit 41
git -C "$mirror" config --replace-all remote.origin.fetch '+refs/heads/*:refs/heads/*' || exit 41
git -C "$mirror" config --add remote.origin.fetch '+refs/tags/*:refs/tags/*' || exit 41
git -C "$mirror" config gc.auto 0

# The environment's lock is ours, so a lock file in the mirror is what a killed fetch left behind.
find "$mirror" -name '*.lock' -type f -delete

git -C "$mirror" fetch --prune --no-tags --force --progress origin || exit 41
if ! git -C "$mirror" cat-file -e "$commit^{commit}" 2>/dev/null; then
    # Reachable from no branch or tag; many servers hand it out all the same.
    git -C "$mirror" fetch --no-tags origin "$commit" 2>/dev/null
    git -C "$mirror" cat-file -e "$commit^{commit}" 2>/dev/null || exit 42
fi
