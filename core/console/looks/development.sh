# The working tree. Without optional locks: looking must not write git's index.
cd "$root" || exit 1
GIT_OPTIONAL_LOCKS=0
export GIT_OPTIONAL_LOCKS
config=app/etc/config.php
digest "$config"
# A repository that git refuses, because it is somebody else's or damaged, is not the same as none.
if [ -e .git ]; then git rev-parse --git-dir >/dev/null || exit 1; fi
if git log -1 --format='commit=%H%ndate=%at%nauthor=%an%nsubject=%s' 2>/dev/null; then
    fact branch "$(git symbolic-ref --quiet --short HEAD)"
    git ls-files --error-unmatch -- "$config" >/dev/null 2>&1 && fact tracked yes || fact tracked no
    # Once: on a large tree this is what a look costs.
    git status --porcelain | {
        changed=0
        while IFS= read -r line; do
            changed=$((changed + 1))
            [ "${line#???}" = "$config" ] && fact edited yes
        done
        fact changed "$changed"
    }
fi
if [ -r "$config" ]; then
    scopes= themes=
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in *"'scopes'"*) scopes=yes ;; esac
        case $line in *"'themes'"*) themes=yes ;; esac
    done < "$config"
    [ -n "$scopes" ] && [ -n "$themes" ] && fact dumped yes || fact dumped no
else
    fact dumped missing
fi
exit 0
