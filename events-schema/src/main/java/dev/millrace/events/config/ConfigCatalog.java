package dev.millrace.events.config;

import dev.millrace.events.Catalog;

/** The wire names of commands and events about configuration. Lines are only ever added. */
public final class ConfigCatalog {
  /** What may stand on {@code config-commands}. */
  public static final Catalog<ConfigCommand> COMMANDS =
      new Catalog<ConfigCommand>()
          .add("create-user", 1, 1, ConfigCommand.CreateUser.class)
          .add("delete-user", 1, 1, ConfigCommand.DeleteUser.class)
          .add("create-token", 1, 1, ConfigCommand.CreateToken.class)
          .add("delete-token", 1, 1, ConfigCommand.DeleteToken.class)
          .add("create-project", 1, 1, ConfigCommand.CreateProject.class)
          .add("delete-project", 1, 1, ConfigCommand.DeleteProject.class);

  /** What may stand on {@code config-events}. */
  public static final Catalog<ConfigEvent> EVENTS =
      new Catalog<ConfigEvent>()
          .add("user-created", 1, 1, ConfigEvent.UserCreated.class)
          .add("user-deleted", 1, 1, ConfigEvent.UserDeleted.class)
          .add("token-created", 1, 1, ConfigEvent.TokenCreated.class)
          .add("token-deleted", 1, 1, ConfigEvent.TokenDeleted.class)
          .add("project-created", 1, 1, ConfigEvent.ProjectCreated.class)
          .add("project-deleted", 1, 1, ConfigEvent.ProjectDeleted.class);

  /** The language that this build can write. */
  public static final int LANGUAGE = 1;

  private ConfigCatalog() {}
}
