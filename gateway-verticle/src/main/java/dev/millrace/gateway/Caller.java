package dev.millrace.gateway;

import dev.millrace.events.UserId;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.gateway.core.Permissions;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;

/** Who is signed in. */
record Caller(User user) {

  static Caller of(Request request) {
    return (Caller) request.principal();
  }

  UserId id() {
    return user.id();
  }

  /** Goes on only if it is allowed. */
  void require(Action action, UserId owner, String what) {
    switch (Permissions.of(user, action, owner)) {
      case ALLOWED -> {} // that is all
      case FORBIDDEN -> throw ProblemException.forbidden("you may not " + what);
      case HIDDEN -> throw new IllegalArgumentException(action + " is hidden, not forbidden");
    }
  }
}
