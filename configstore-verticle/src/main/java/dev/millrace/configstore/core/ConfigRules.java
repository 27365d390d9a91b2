package dev.millrace.configstore.core;

import static dev.millrace.configstore.core.Names.shown;

import dev.millrace.bus.ledger.Rules;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.Decision;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigCommand.CreateProject;
import dev.millrace.events.config.ConfigCommand.CreateToken;
import dev.millrace.events.config.ConfigCommand.CreateUser;
import dev.millrace.events.config.ConfigCommand.DeleteProject;
import dev.millrace.events.config.ConfigCommand.DeleteToken;
import dev.millrace.events.config.ConfigCommand.DeleteUser;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.User;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides changes of the configuration. Administrators, and parts of the system, may do everything;
 * other users what is about themselves and their own projects. To them, a project of somebody else
 * does not exist.
 */
public final class ConfigRules implements Rules<Configuration, ConfigCommand, ConfigEvent> {
  /** The repository lies here. */
  public static final String HOSTED = "hosted";

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  @Override
  public Decision<ConfigEvent> decide(
      Configuration state, Command<ConfigCommand> command, Instant at, Supplier<String> ids) {
    var asking = Asking.of(state, command.actor());
    if (asking == null) {
      return Decision.reject(Code.FORBIDDEN, "only a user of this server may change its settings");
    }
    return switch (command.body()) {
      case CreateUser c -> create(state, asking, c, ids);
      case DeleteUser c -> delete(state, asking, c);
      case CreateToken c -> create(state, asking, c);
      case DeleteToken c -> delete(state, asking, c);
      case CreateProject c -> create(state, asking, c, ids);
      case DeleteProject c -> delete(state, asking, c);
    };
  }

  @Override
  public @Nullable Due nextDue(Configuration state) {
    return null;
  }

  @Override
  public Decision<ConfigEvent> tick(
      Configuration state, Due due, Instant at, Supplier<String> ids) {
    return Decision.accept(List.of());
  }

  private static Decision<ConfigEvent> create(
      Configuration state, Asking asking, CreateUser c, Supplier<String> ids) {
    if (!asking.admin()) {
      return Decision.reject(Code.FORBIDDEN, "only an administrator may create users");
    }
    var refusal = Names.refusal("a user", c.name());
    if (refusal != null) {
      return refused(refusal);
    }
    if (state.userNames().containsKey(c.name())) {
      return Decision.reject(Code.ALREADY_EXISTS, "there is a user %s already".formatted(c.name()));
    }
    var id = new UserId(ids.get());
    return Decision.accept(
        id.value(), List.of(new ConfigEvent.UserCreated(id, c.name(), c.admin())));
  }

  private static Decision<ConfigEvent> delete(Configuration state, Asking asking, DeleteUser c) {
    if (!asking.admin()) {
      return Decision.reject(Code.FORBIDDEN, "only an administrator may delete users");
    }
    User user = state.users().get(c.user());
    if (user == null) {
      return noUser(c.user());
    }
    if (state.frozen().containsKey("user/" + user.id())) {
      return frozen("user " + user.name());
    }
    if (user.admin() && state.users().values().stream().filter(User::admin).count() == 1) {
      return Decision.reject(
          Code.WRONG_STATE,
          "%s is the last administrator and cannot be deleted".formatted(user.name()));
    }
    for (Project project : state.projects().values()) {
      if (project.owner().equals(user.id())) {
        return Decision.reject(
            Code.WRONG_STATE,
            "user %s owns the project %s and cannot be deleted"
                .formatted(user.name(), project.path()));
      }
    }
    return Decision.accept(user.id().value(), List.of(new ConfigEvent.UserDeleted(user.id())));
  }

  private static Decision<ConfigEvent> create(Configuration state, Asking asking, CreateToken c) {
    User user = state.users().get(c.user());
    if (!asking.is(c.user())) {
      return Decision.reject(
          Code.FORBIDDEN, "only an administrator may create tokens of other users");
    }
    if (user == null) {
      return noUser(c.user());
    }
    if (state.frozen().containsKey("user/" + user.id())) {
      return frozen("user " + user.name());
    }
    var refusal = Names.refusal("a token", c.name());
    if (refusal != null) {
      return refused(refusal);
    }
    if (!HASH.matcher(c.hash()).matches()) {
      return Decision.reject(
          Code.INVALID, "the hash of a token is its SHA-256, 64 hexadecimal digits in lower case");
    }
    if (user.tokens().containsKey(c.name())) {
      return Decision.reject(
          Code.ALREADY_EXISTS, "user %s has a token %s already".formatted(user.name(), c.name()));
    }
    if (state.tokenHashes().containsKey(c.hash())) {
      return Decision.reject(Code.ALREADY_EXISTS, "there is a token of this hash already");
    }
    return Decision.accept(
        c.name(), List.of(new ConfigEvent.TokenCreated(user.id(), c.name(), c.hash())));
  }

  private static Decision<ConfigEvent> delete(Configuration state, Asking asking, DeleteToken c) {
    User user = state.users().get(c.user());
    if (!asking.is(c.user())) {
      return Decision.reject(
          Code.FORBIDDEN, "only an administrator may delete tokens of other users");
    }
    if (user == null) {
      return noUser(c.user());
    }
    if (state.frozen().containsKey("user/" + user.id())) {
      return frozen("user " + user.name());
    }
    if (!user.tokens().containsKey(c.name())) {
      return Decision.reject(
          Code.NOT_FOUND, "user %s has no token %s".formatted(user.name(), shown(c.name())));
    }
    return Decision.accept(c.name(), List.of(new ConfigEvent.TokenDeleted(user.id(), c.name())));
  }

  private static Decision<ConfigEvent> create(
      Configuration state, Asking asking, CreateProject c, Supplier<String> ids) {
    if (!asking.is(c.owner())) {
      return Decision.reject(
          Code.FORBIDDEN, "only an administrator may create projects of other users");
    }
    User owner = state.users().get(c.owner());
    if (owner == null) {
      return noUser(c.owner());
    }
    if (state.frozen().containsKey("user/" + owner.id())) {
      return frozen("user " + owner.name());
    }
    var refusal = Names.refusal("a project", c.name());
    if (refusal != null) {
      return refused(refusal);
    }
    if (!c.remoteRepositoryConfigType().equals(HOSTED)) {
      return Decision.reject(
          Code.INVALID,
          "remote_repository_config_type has to be %s, not %s"
              .formatted(HOSTED, shown(c.remoteRepositoryConfigType())));
    }
    String path = Project.path(owner.name(), c.name());
    if (state.projectPaths().containsKey(path)) {
      return Decision.reject(Code.ALREADY_EXISTS, "there is a project %s already".formatted(path));
    }
    var id = new ProjectId(ids.get());
    return Decision.accept(
        id.value(), List.of(new ConfigEvent.ProjectCreated(id, owner.id(), c.name(), HOSTED)));
  }

  private static Decision<ConfigEvent> delete(Configuration state, Asking asking, DeleteProject c) {
    Project project = state.projects().get(c.project());
    if (project == null || !asking.is(project.owner())) {
      return Decision.reject(Code.NOT_FOUND, "there is no project %s".formatted(c.project()));
    }
    if (state.frozen().containsKey("project/" + project.id())) {
      return frozen("project " + project.path());
    }
    return Decision.accept(
        project.id().value(), List.of(new ConfigEvent.ProjectDeleted(project.id())));
  }

  private static Decision<ConfigEvent> noUser(UserId id) {
    return Decision.reject(Code.NOT_FOUND, "there is no user %s".formatted(id));
  }

  private static Decision<ConfigEvent> frozen(String what) {
    return Decision.reject(Code.WRONG_STATE, what + " is frozen: its history cannot be applied");
  }

  private static Decision<ConfigEvent> refused(Outcome.Rejected refusal) {
    return new Decision<>(refusal, List.of());
  }

  /**
   * Who asks.
   *
   * @param user null for a part of the system
   */
  private record Asking(boolean admin, @Nullable UserId user) {
    static @Nullable Asking of(Configuration state, Actor actor) {
      return switch (actor.kind()) {
        case system -> new Asking(true, null);
        case executor -> null;
        case user -> {
          User user = state.users().get(new UserId(actor.id()));
          yield user == null ? null : new Asking(user.admin(), user.id());
        }
      };
    }

    /** Whether it may act for this user. */
    boolean is(UserId other) {
      return admin || other.equals(user);
    }
  }
}
