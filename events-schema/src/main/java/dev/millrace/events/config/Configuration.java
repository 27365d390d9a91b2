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
 * @param frozen from {@code user/<id>} or {@code project/<id>} to why its history cannot be applied
 *     any further
 */
public record Configuration(
    PMap<UserId, User> users,
    PMap<ProjectId, Project> projects,
    PMap<String, UserId> userNames,
    PMap<String, UserId> tokenHashes,
    PMap<String, ProjectId> projectPaths,
    PMap<String, String> frozen) {

  public static final Configuration EMPTY =
      new Configuration(
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty());

  /**
   * A person who signs in.
   *
   * @param tokens by name
   */
  public record User(
      UserId id, String name, boolean admin, Instant createdAt, PMap<String, Token> tokens) {
    User with(Token token) {
      return new User(id, name, admin, createdAt, tokens.plus(token.name(), token));
    }

    User without(Token token) {
      return new User(id, name, admin, createdAt, tokens.minus(token.name()));
    }
  }

  /** Something to sign in with. */
  public record Token(String name, String hash, Instant createdAt) {}

  /** Something whose runs belong together: a repository. */
  public record Project(
      ProjectId id,
      UserId owner,
      String path,
      String name,
      String remoteRepositoryConfigType,
      Instant createdAt) {
    /** The path of a project of this name that belongs to the user of that name. */
    public static String path(String owner, String name) {
      return "user/" + owner + "/" + name;
    }
  }

  /** The user who signs in with a token of this hash, or null. */
  public @Nullable User userByTokenHash(String hash) {
    UserId id = tokenHashes.get(hash);
    return id == null ? null : users.get(id);
  }

  /** The user of this name, or null. */
  public @Nullable User userByName(String name) {
    UserId id = userNames.get(name);
    return id == null ? null : users.get(id);
  }

  /** The project of this path ({@code user/<owner>/<name>}), or null. */
  public @Nullable Project projectByPath(String path) {
    ProjectId id = projectPaths.get(path);
    return id == null ? null : projects.get(id);
  }

  Configuration with(User user) {
    PMap<String, UserId> hashes = tokenHashes;
    for (Token token : user.tokens().values()) {
      hashes = hashes.plus(token.hash(), user.id());
    }
    return new Configuration(
        users.plus(user.id(), user),
        projects,
        userNames.plus(user.name(), user.id()),
        hashes,
        projectPaths,
        frozen);
  }

  Configuration without(User user) {
    PMap<String, UserId> hashes = tokenHashes;
    for (Token token : user.tokens().values()) {
      hashes = hashes.minus(token.hash());
    }
    return new Configuration(
        users.minus(user.id()),
        projects,
        userNames.minus(user.name()),
        hashes,
        projectPaths,
        frozen);
  }

  Configuration without(User user, Token token) {
    return new Configuration(
        users.plus(user.id(), user.without(token)),
        projects,
        userNames,
        tokenHashes.minus(token.hash()),
        projectPaths,
        frozen);
  }

  Configuration with(Project project) {
    return new Configuration(
        users,
        projects.plus(project.id(), project),
        userNames,
        tokenHashes,
        projectPaths.plus(project.path(), project.id()),
        frozen);
  }

  Configuration without(Project project) {
    return new Configuration(
        users,
        projects.minus(project.id()),
        userNames,
        tokenHashes,
        projectPaths.minus(project.path()),
        frozen);
  }

  Configuration frozen(String subject, String why) {
    return new Configuration(
        users, projects, userNames, tokenHashes, projectPaths, frozen.plus(subject, why));
  }
}
