package dev.millrace.executor.core;

/** What a clone step runs. */
final class CloneScript {
  /**
   * Fetches the ref, which most often is at the commit, else the commit itself, else all of the
   * ref's history; so a ref that has moved on or gone does not change what is built.
   */
  static final String TEXT =
      """
      if ! command -v git >/dev/null; then
        echo 'a clone step needs git, which is not installed here' >&2
        exit 127
      fi
      ref=${MILLRACE_GIT_REF:-HEAD}
      commit=${MILLRACE_GIT_COMMITSHA:-}
      depth=${MILLRACE_CLONE_DEPTH:+--depth=$MILLRACE_CLONE_DEPTH}
      there() { git cat-file -e "$commit^{commit}" 2>/dev/null; }

      git -c init.defaultBranch=main init -q .
      git config remote.origin.url "$MILLRACE_CLONE_URL"
      git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
      if [ -z "$commit" ]; then
        git fetch -q --no-tags $depth origin "$ref"
        commit=$(git rev-parse 'FETCH_HEAD^{commit}')
      else
        git fetch -q --no-tags $depth origin "$ref" || true
        there || git fetch -q --no-tags $depth origin "$commit" || true
        there || { [ -z "$depth" ] || git fetch -q --no-tags --unshallow origin "$ref"; }
        there || { echo "commit $commit is not in the repository (any more)" >&2; exit 1; }
      fi
      if [ -n "${MILLRACE_GIT_BRANCH:-}" ]; then
        git checkout -q -f -B "$MILLRACE_GIT_BRANCH" "$commit"
      else
        git checkout -q -f --detach "$commit"
      fi
      if [ -n "${MILLRACE_CLONE_SUBMODULES:-}" ]; then
        git submodule update -q --init --recursive $depth
      fi
      git --no-pager log -1 --format='%h %s'
      """;

  private CloneScript() {}
}
