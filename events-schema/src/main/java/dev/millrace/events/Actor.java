package dev.millrace.events;

/**
 * Who wants something: a person, or a part of the system.
 *
 * @param id the user's id, the executor's id, or the name of the part ({@code scheduler}, …)
 */
public record Actor(Kind kind, String id) {
  /** What kind of actor it is. */
  public enum Kind {
    user,
    executor,
    system
  }

  public static Actor user(UserId id) {
    return new Actor(Kind.user, id.value());
  }

  public static Actor executor(ExecutorId id) {
    return new Actor(Kind.executor, id.value());
  }

  public static Actor system(String part) {
    return new Actor(Kind.system, part);
  }
}
