package dev.millrace.events.run;

import dev.millrace.events.ExecutorId;

/**
 * One life of an executor.
 *
 * @param incarnation new for each life; that of a later life of the same executor is greater, as
 *     texts are compared
 */
public record ExecutorRef(ExecutorId id, String incarnation) {

  /**
   * The incarnation of a life.
   *
   * @param life how many lives the executor has begun so far; at most 12 digits count
   * @param unique so that two executors that go by one name by mistake can be told apart
   */
  public static String incarnation(long life, String unique) {
    return "%012d-%s".formatted(life, unique);
  }

  /** Whether this is a later life of the same executor. */
  public boolean isAfter(ExecutorRef other) {
    return id.equals(other.id) && incarnation.compareTo(other.incarnation) > 0;
  }
}
