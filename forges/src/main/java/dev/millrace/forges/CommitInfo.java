package dev.millrace.forges;

import java.time.Instant;

/**
 * What a commit says of itself.
 *
 * @param sha of the commit, in full
 * @param message in full
 * @param author the name of who wrote it
 */
public record CommitInfo(String sha, String message, String author, String email, Instant at) {

  /** The first line of the message. */
  public String subject() {
    return message.lines().findFirst().orElse("");
  }
}
