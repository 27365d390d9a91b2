package dev.millrace.pipeline;

import java.util.Objects;

/**
 * What a configuration is evaluated for. What does not apply is the empty string, never absent.
 *
 * @param ref the full name: {@code refs/heads/main}
 */
public record GitContext(
    RefType refType,
    String ref,
    String branch,
    String tag,
    String pullRequestId,
    String commitSha) {

  public GitContext {
    Objects.requireNonNull(refType);
  }

  /** What kind of thing was pushed. */
  public enum RefType {
    branch,
    tag,
    pull_request
  }

  /** A push to a branch. */
  public static GitContext ofBranch(String branch, String commitSha) {
    return new GitContext(RefType.branch, "refs/heads/" + branch, branch, "", "", commitSha);
  }

  /** A push of a tag. */
  public static GitContext ofTag(String tag, String commitSha) {
    return new GitContext(RefType.tag, "refs/tags/" + tag, "", tag, "", commitSha);
  }
}
