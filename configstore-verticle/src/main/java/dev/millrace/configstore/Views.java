package dev.millrace.configstore;

import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.Token;
import dev.millrace.events.config.Configuration.User;
import java.time.Instant;
import java.util.List;

/** What the internal interface shows of the configuration, as JSON. */
final class Views {
  private Views() {}

  record UserView(String id, String name, boolean admin, Instant createdAt) {
    static UserView of(User user) {
      return new UserView(user.id().value(), user.name(), user.admin(), user.createdAt());
    }
  }

  record UserList(List<UserView> users) {}

  record TokenView(String name, Instant createdAt) {
    static TokenView of(Token token) {
      return new TokenView(token.name(), token.createdAt());
    }
  }

  record TokenList(List<TokenView> tokens) {}

  /**
   * A token that was made just now.
   *
   * @param token shown this once
   */
  record NewToken(String name, String token) {}

  /**
   * A project.
   *
   * @param owner the name of the user
   */
  record ProjectView(
      String id,
      String path,
      String name,
      String owner,
      String ownerId,
      String remoteRepositoryConfigType,
      Instant createdAt) {
    static ProjectView of(Configuration state, Project project) {
      User owner = state.users().get(project.owner());
      return new ProjectView(
          project.id().value(),
          project.path(),
          project.name(),
          owner == null ? "" : owner.name(),
          project.owner().value(),
          project.remoteRepositoryConfigType(),
          project.createdAt());
    }
  }

  record ProjectList(List<ProjectView> projects) {}
}
