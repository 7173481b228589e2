# The working tree. Without optional locks: looking must not write git's index.
cd "$root" || exit 1
GIT_OPTIONAL_LOCKS=0
export GIT_OPTIONAL_LOCKS
config=app/etc/config.php
digest "$config"
if git log -1 --format='commit=%H%ndate=%at%nauthor=%an%nsubject=%s' 2>/dev/null; then
    fact branch "$(git symbolic-ref --quiet --short HEAD)"
    fact changed "$(git status --porcelain | wc -l)"
    fact status "$(git status --porcelain -- "$config" | head -n 1)"
fi
if [ -r "$config" ]; then
    scopes= themes=
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in *"'scopes'"*) scopes=yes ;; *"'themes'"*) themes=yes ;; esac
    done < "$config"
    [ -n "$scopes" ] && [ -n "$themes" ] && fact dumped yes || fact dumped no
else
    fact dumped missing
fi
exit 0
