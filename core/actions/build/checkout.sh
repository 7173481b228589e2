# Make a clean tree of exactly one commit. Given: mirror, work, commit, mark, owner.
# Ends with 43: files of git-lfs without git-lfs; 44: submodules could not be fetched; 45: the rest.

new=$work.new
index=$work.index
rm -rf "$work" "$mark" || exit 45
# git wants the place of its tree to be there, whatever it is asked.
mkdir -p "$new" || exit 45

export GIT_DIR="$mirror" GIT_WORK_TREE="$new" GIT_INDEX_FILE="$index" GIT_TERMINAL_PROMPT=0

set --
if git grep -q 'filter=lfs' "$commit" -- '.gitattributes' '*/.gitattributes' 2>/dev/null; then
    git lfs version >/dev/null 2>&1 || exit 43
    set -- -c filter.lfs.smudge='git-lfs smudge -- %f' -c filter.lfs.process='git-lfs filter-process' \
        -c filter.lfs.required=true
fi

# Given the options of git.
tree() {
    cd / && rm -rf "$new" "$index" "$index.lock" && mkdir -p "$new" && cd "$new" || exit 45
    # The build host's own taste in line ends and hooks must not decide what an artifact holds.
    git -c core.autocrlf=false -c core.eol=lf -c core.symlinks=true -c core.hooksPath=/dev/null "$@" \
        read-tree --reset -u "$commit" || exit 45
}
tree "$@"

submodules() {
    git submodule --quiet sync && git submodule update --init --recursive --force
}
if git cat-file -e "$commit:.gitmodules" 2>/dev/null; then
    ssh_command=${GIT_SSH_COMMAND:-$(git config core.sshCommand || echo ssh)}
    export GIT_SSH_COMMAND="$ssh_command -o BatchMode=yes"
    if ! submodules; then
        # The clones of earlier builds know addresses that may not hold any more; nothing else is kept of them.
        echo "once more, with new clones of the submodules" >&2
        rm -rf "$mirror/modules" || exit 45
        tree "$@"
        submodules || exit 44
    fi
    find . -name .git -prune -exec rm -rf {} + || exit 45
fi
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

# Whatever was built elsewhere and committed: the build makes its own, and Magento never clears it away.
if [ -d pub/static ]; then
    find pub/static -mindepth 1 -maxdepth 1 ! -name '.*' -exec rm -rf {} + || exit 45
fi
for place in generated/code generated/metadata var/view_preprocessed var/cache var/page_cache; do
    if [ -d "$place" ]; then
        find "$place" -mindepth 1 -maxdepth 1 ! -name '.*' -exec rm -rf {} + || exit 45
    fi
done
if [ -e app/etc/env.php ]; then
    echo "app/etc/env.php is in the commit; it is left out" >&2
fi
rm -f app/etc/env.php var/.regenerate var/.maintenance.flag || exit 45

cd / && mv -T "$new" "$work" && rm -f "$index" || exit 45
printf '%s %s\n' "$owner" "$commit" > "$mark.tmp" && mv -f "$mark.tmp" "$mark" || exit 45
