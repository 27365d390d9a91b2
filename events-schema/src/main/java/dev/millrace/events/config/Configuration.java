package dev.millrace.events.config;

import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * All configuration, as the events made it. Immutable.
 *
 * @param userNames from name to id
 * @param tokenHashes from the hash of a token to its owner
 * @param projectPaths from path to id
 */
public record Configuration(
    PMap<UserId, User> users,
    PMap<ProjectId, Project> projects,
    PMap<String, UserId> userNames,
    PMap<String, UserId> tokenHashes,
    PMap<String, ProjectId> projectPaths) {

  public static final Configuration EMPTY =
      new Configuration(
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty());

  /** A person who signs in. */
  public record User(
      UserId id, String name, boolean admin, Instant createdAt, PMap<String, Token> tokens) {}

  /** Something to sign in with. */
  public record Token(String name, String hash, Instant createdAt) {}

  /** Something whose runs belong together: a repository. */
  public record Project(
      ProjectId id,
      UserId owner,
      String path,
      String name,
      String remoteRepositoryConfigType,
      Instant createdAt) {}

  /** The user who signs in with a token of this hash, or null. */
  public @Nullable User userByTokenHash(String hash) {
    UserId id = tokenHashes.get(hash);
    return id == null ? null : users.get(id);
  }

  /** The project of this path ({@code user/<owner>/<name>}), or null. */
  public @Nullable Project projectByPath(String path) {
    ProjectId id = projectPaths.get(path);
    return id == null ? null : projects.get(id);
  }
}
