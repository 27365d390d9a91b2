package dev.millrace.gateway.core;

import dev.millrace.events.UserId;
import dev.millrace.events.config.Configuration.User;

/** Who may do what. Administrators may do everything; others, what is theirs. */
public final class Permissions {

  private Permissions() {}

  /** What somebody wants to do. */
  public enum Action {
    /** See all users. */
    LIST_USERS(Scope.SYSTEM),
    CREATE_USER(Scope.SYSTEM),
    DELETE_USER(Scope.SYSTEM),
    /** Begin and end maintenance. */
    MAINTAIN(Scope.SYSTEM),
    /** Have checkpoints made, and all that is kept exported. */
    CARE_FOR_STORAGE(Scope.SYSTEM),
    /** List, create and delete the tokens of a user. */
    MANAGE_TOKENS(Scope.PERSON),
    /** Create a project that belongs to a user. */
    CREATE_PROJECT(Scope.PERSON),
    /** See a project, its runs, their logs; clone it. */
    READ_PROJECT(Scope.PROJECT),
    /** Create, cancel, stop, approve and annotate runs; push. */
    ACT_ON_PROJECT(Scope.PROJECT),
    /** Delete a run that has ended, or its logs. */
    DELETE_RUN(Scope.PROJECT),
    DELETE_PROJECT(Scope.PROJECT),
    /** See how the parts are doing. */
    READ_STATUS(Scope.ANYBODY);

    private final Scope scope;

    Action(Scope scope) {
      this.scope = scope;
    }
  }

  private enum Scope {
    SYSTEM,
    PERSON,
    PROJECT,
    ANYBODY
  }

  /** What comes of it. */
  public enum Verdict {
    ALLOWED,
    /** Said openly. */
    FORBIDDEN,
    /** Answered as if it did not exist. */
    HIDDEN
  }

  /**
   * Whether the user may do this.
   *
   * @param owner whom it belongs to; for an action on the system as a whole, whoever asks
   */
  public static Verdict of(User asking, Action action, UserId owner) {
    if (asking.admin()) {
      return Verdict.ALLOWED;
    }
    return switch (action.scope) {
      case ANYBODY -> Verdict.ALLOWED;
      case SYSTEM -> Verdict.FORBIDDEN;
      case PERSON -> asking.id().equals(owner) ? Verdict.ALLOWED : Verdict.FORBIDDEN;
      case PROJECT -> asking.id().equals(owner) ? Verdict.ALLOWED : Verdict.HIDDEN;
    };
  }
}
