package dev.millrace.scheduler.core;

/**
 * How much there is to do, for people to look at.
 *
 * @param ready tasks that wait for an executor
 * @param undecided commands without decision
 * @param executors that live, as far as known
 * @param free slots that could be given away
 */
public record Load(int ready, int undecided, int executors, int free) {
  public static final Load NONE = new Load(0, 0, 0, 0);
}
