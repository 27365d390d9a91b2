package dev.millrace.events.config;

import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigEvent.ProjectCreated;
import dev.millrace.events.config.ConfigEvent.ProjectDeleted;
import dev.millrace.events.config.ConfigEvent.TokenCreated;
import dev.millrace.events.config.ConfigEvent.TokenDeleted;
import dev.millrace.events.config.ConfigEvent.UserCreated;
import dev.millrace.events.config.ConfigEvent.UserDeleted;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.Token;
import dev.millrace.events.config.Configuration.User;
import java.time.Instant;
import org.pcollections.HashTreePMap;

/**
 * What the events of configuration mean: pure functions on {@link Configuration}, the same on every
 * replica for ever.
 */
public final class ConfigEvolve {
  private ConfigEvolve() {}

  /**
   * The state after the event. An event about what is frozen changes nothing.
   *
   * @param at the time of the decision that the event belongs to
   * @throws ImpossibleEvent if the event cannot follow on this state
   */
  public static Configuration evolve(Configuration state, Instant at, ConfigEvent event) {
    if (state.frozen().containsKey(subject(event))) {
      return state;
    }
    return switch (event) {
      case UserCreated e -> created(state, at, e);
      case UserDeleted e -> deleted(state, e);
      case TokenCreated e -> created(state, at, e);
      case TokenDeleted e -> deleted(state, e);
      case ProjectCreated e -> created(state, at, e);
      case ProjectDeleted e -> {
        Project gone = state.projects().get(e.project());
        if (gone == null) {
          throw impossible(e, "there is no such project");
        }
        yield state.without(gone);
      }
    };
  }

  /** The state in which the user or project of the event stays as it is from now on. */
  public static Configuration freeze(Configuration state, ConfigEvent event, String why) {
    return state.frozen().containsKey(subject(event)) ? state : state.frozen(subject(event), why);
  }

  private static String subject(ConfigEvent event) {
    return switch (event) {
      case UserCreated e -> "user/" + e.user();
      case UserDeleted e -> "user/" + e.user();
      case TokenCreated e -> "user/" + e.user();
      case TokenDeleted e -> "user/" + e.user();
      case ProjectCreated e -> "project/" + e.project();
      case ProjectDeleted e -> "project/" + e.project();
    };
  }

  private static Configuration created(Configuration state, Instant at, UserCreated e) {
    check(!state.users().containsKey(e.user()), e, "the user exists");
    check(!state.userNames().containsKey(e.name()), e, "the name is taken");
    return state.with(new User(e.user(), e.name(), e.admin(), at, HashTreePMap.empty()));
  }

  private static Configuration deleted(Configuration state, UserDeleted e) {
    User gone = user(state, e.user(), e);
    for (Project project : state.projects().values()) {
      check(!project.owner().equals(e.user()), e, "the user owns " + project.path());
    }
    return state.without(gone);
  }

  private static Configuration created(Configuration state, Instant at, TokenCreated e) {
    User user = user(state, e.user(), e);
    check(!user.tokens().containsKey(e.name()), e, "the token exists");
    check(!state.tokenHashes().containsKey(e.hash()), e, "the hash is there");
    return state.with(user.with(new Token(e.name(), e.hash(), at)));
  }

  private static Configuration deleted(Configuration state, TokenDeleted e) {
    User user = user(state, e.user(), e);
    Token gone = user.tokens().get(e.name());
    if (gone == null) {
      throw impossible(e, "there is no such token");
    }
    return state.without(user, gone);
  }

  private static Configuration created(Configuration state, Instant at, ProjectCreated e) {
    User owner = user(state, e.owner(), e);
    String path = Project.path(owner.name(), e.name());
    check(!state.projects().containsKey(e.project()), e, "the project exists");
    check(!state.projectPaths().containsKey(path), e, "the path is taken");
    return state.with(
        new Project(e.project(), e.owner(), path, e.name(), e.remoteRepositoryConfigType(), at));
  }

  private static User user(Configuration state, UserId id, ConfigEvent event) {
    User user = state.users().get(id);
    if (user == null) {
      throw impossible(event, "there is no such user");
    }
    return user;
  }

  private static void check(boolean holds, ConfigEvent event, String why) {
    if (!holds) {
      throw impossible(event, why);
    }
  }

  private static ImpossibleEvent impossible(ConfigEvent event, String why) {
    return new ImpossibleEvent(
        "%s of %s cannot follow: %s"
            .formatted(event.getClass().getSimpleName(), subject(event), why));
  }
}
