package dev.millrace.events.config;

import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;

/** What may be asked of the configstore. Wire names are in {@link ConfigCatalog}. */
public sealed interface ConfigCommand {

  /** Makes a user; answered with its id. */
  record CreateUser(String name, boolean admin) implements ConfigCommand {}

  /** Removes a user with its tokens; one that owns projects stays. */
  record DeleteUser(UserId user) implements ConfigCommand {}

  /**
   * Makes a token that signs in as the user.
   *
   * @param hash hex SHA-256 of the token; the token itself is told once, and never on a topic
   */
  record CreateToken(UserId user, String name, String hash) implements ConfigCommand {}

  record DeleteToken(UserId user, String name) implements ConfigCommand {}

  /**
   * Makes a project; answered with its id. Its path is {@code user/<name of owner>/<name>}.
   *
   * @param remoteRepositoryConfigType how its repository is reached: {@code hosted}
   */
  record CreateProject(UserId owner, String name, String remoteRepositoryConfigType)
      implements ConfigCommand {}

  record DeleteProject(ProjectId project) implements ConfigCommand {}
}
