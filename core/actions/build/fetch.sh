# Bring the mirror up to date, and prove that the commit is in it.
# Given: mirror, url, commit. Ends with 41 when the fetch failed, 42 when the commit is not there.

# Nobody is there to answer: a question for a password or a host key has to fail.
export GIT_TERMINAL_PROMPT=0
# A mirror that is no repository any more must not lead to one that the build's path lies in.
export GIT_CEILING_DIRECTORIES="${mirror%/*}"
ssh_command=${GIT_SSH_COMMAND:-$(git config core.sshCommand || echo ssh)}
export GIT_SSH_COMMAND="$ssh_command -o BatchMode=yes"

prepare() {
    mkdir -p "$mirror" && git init --quiet --bare "$mirror" || return 1
    git -C "$mirror" config remote.origin.url "$url" || return 1
    git -C "$mirror" config --replace-all remote.origin.fetch '+refs/heads/*:refs/heads/*' || return 1
    git -C "$mirror" config --add remote.origin.fetch '+refs/tags/*:refs/tags/*' || return 1
    git -C "$mirror" config gc.auto 0
    # The environment's lock is ours, so a lock file in the mirror is what a killed fetch left behind.
    find "$mirror" -name '*.lock' -type f -delete
}
fetch() { prepare && git -C "$mirror" fetch --prune --no-tags --force --progress origin; }
# A disk that was full, or lost its power, can leave objects that git never mends by itself.
damaged() {
    # Where the server does not answer either, the mirror is not to blame.
    git ls-remote "$url" HEAD > /dev/null 2>&1 || return 1
    timeout 600 git -C "$mirror" fsck --connectivity-only --no-dangling --no-progress > /dev/null 2>&1
    case $? in 0 | 124 | 126 | 127) return 1 ;; esac
}

if ! fetch; then
    damaged || exit 41
    echo "the mirror clone is damaged; it is made anew" >&2
    rm -rf "$mirror" && fetch || exit 41
fi
if ! git -C "$mirror" cat-file -e "$commit^{commit}" 2>/dev/null; then
    # Reachable from no branch or tag; many servers hand it out all the same.
    git -C "$mirror" fetch --no-tags origin "$commit" 2>/dev/null
    git -C "$mirror" cat-file -e "$commit^{commit}" 2>/dev/null || exit 42
fi
