package dev.millrace.gateway.core;

import dev.millrace.events.ProjectId;
import dev.millrace.pipeline.GitContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a push.
 *
 * @param ref its full name, of a branch or of a tag
 * @param commitSha of the commit that the ref leads to
 * @param message of the commit, in full
 * @param author of the commit
 * @param pusher the name of the user; empty if the push was found later
 */
public record Push(
    ProjectId project, String ref, String commitSha, String message, String author, String pusher) {

  private static final String BRANCHES = "refs/heads/";
  private static final String TAGS = "refs/tags/";
  private static final int LONGEST_ANNOTATION = 1000;

  /** Whether runs can come of a ref of this name. */
  public static boolean triggers(String ref) {
    return ref.startsWith(BRANCHES) || ref.startsWith(TAGS);
  }

  private boolean tag() {
    return ref.startsWith(TAGS);
  }

  /** The name of the branch or tag. */
  public String name() {
    return ref.substring((tag() ? TAGS : BRANCHES).length());
  }

  private String kind() {
    return tag() ? "tag" : "branch";
  }

  /** Whether the message asks for no runs. */
  public boolean unwanted() {
    return message.contains("[ci skip]");
  }

  /** What the configuration is evaluated for. */
  public GitContext context() {
    return tag() ? GitContext.ofTag(name(), commitSha) : GitContext.ofBranch(name(), commitSha);
  }

  /** The group of its runs. */
  public String group() {
    return "/project/%s/%s/%s".formatted(project, kind(), encoded(name()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What people see at its runs. */
  public Map<String, String> annotations() {
    var all = new LinkedHashMap<String, String>();
    all.put("trigger", "push");
    all.put("ref_type", kind());
    all.put("ref", ref);
    all.put(kind(), name());
    all.put("commit_sha", commitSha);
    all.put("message", shortened(message.strip()));
    all.put("author", shortened(author));
    if (!pusher.isEmpty()) {
      all.put("pusher", pusher);
    }
    return all;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_ANNOTATION
        ? text
        : text.substring(0, LONGEST_ANNOTATION - 1) + "…";
  }

  /** What every task of its runs sees. */
  public Map<String, String> environment() {
    var all = new LinkedHashMap<String, String>();
    all.put("CI", "true");
    all.put("MILLRACE_GIT_REF_TYPE", kind());
    all.put("MILLRACE_GIT_REF", ref);
    all.put(tag() ? "MILLRACE_GIT_TAG" : "MILLRACE_GIT_BRANCH", name());
    all.put("MILLRACE_GIT_COMMITSHA", commitSha);
    all.put("MILLRACE_PROJECT_ID", project.value());
    return all;
  }
}
