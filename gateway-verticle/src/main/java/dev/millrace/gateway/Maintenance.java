package dev.millrace.gateway;

import dev.millrace.http.UnreachableException;
import java.time.Instant;
import java.util.Optional;

/**
 * The switch with which an administrator lets nothing new in, in the whole installation. Any
 * thread.
 */
public interface Maintenance {
  /** The longest reason, in characters. */
  int LONGEST_REASON = 500;

  /**
   * That there is maintenance.
   *
   * @param reason what people are told; empty if nothing was said
   * @param by the name of the user who began it
   */
  record Notice(String reason, String by, Instant since) {}

  /** What is going on, as far as it is known here; empty if all is as usual. Does not block. */
  Optional<Notice> now();

  /**
   * Begins it, or changes its reason. Returns once nothing new is taken here; blocks.
   *
   * @throws UnreachableException if it cannot be told to the others
   */
  void begin(Notice notice);

  /**
   * Ends it, if there is any. Returns once everything is taken here; blocks.
   *
   * @throws UnreachableException if it cannot be told to the others
   */
  void end();
}
