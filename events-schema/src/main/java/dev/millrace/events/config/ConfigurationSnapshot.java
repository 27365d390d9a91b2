package dev.millrace.events.config;

import dev.millrace.events.Json;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.UserId;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.Token;
import dev.millrace.events.config.Configuration.User;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** All configuration as JSON, as it is kept outside of the ledger. Equal ones are equal bytes. */
public final class ConfigurationSnapshot {
  private static final int FORMAT = 1;

  private ConfigurationSnapshot() {}

  private record Stored(
      int format, List<StoredUser> users, List<Project> projects, Map<String, String> frozen) {}

  private record StoredUser(
      UserId id, String name, boolean admin, Instant createdAt, List<Token> tokens) {}

  /** In UTF-8. */
  public static byte[] write(Configuration configuration) {
    return Json.write(
        new Stored(
            FORMAT,
            configuration.users().values().stream()
                .sorted(Comparator.comparing(user -> user.id().value()))
                .map(ConfigurationSnapshot::stored)
                .toList(),
            configuration.projects().values().stream()
                .sorted(Comparator.comparing(project -> project.id().value()))
                .toList(),
            new TreeMap<>(configuration.frozen())));
  }

  private static StoredUser stored(User user) {
    List<Token> tokens =
        user.tokens().values().stream().sorted(Comparator.comparing(Token::name)).toList();
    return new StoredUser(user.id(), user.name(), user.admin(), user.createdAt(), tokens);
  }

  /**
   * What was written.
   *
   * @throws UnreadableException if it is no configuration, or of another format
   */
  public static Configuration read(byte[] json) {
    Stored stored = Json.read(json, Stored.class);
    if (stored.format() != FORMAT) {
      throw new UnreadableException(
          "the configuration is in format %d, not %d".formatted(stored.format(), FORMAT), null);
    }
    Configuration all = Configuration.EMPTY;
    for (StoredUser user : stored.users()) {
      PMap<String, Token> tokens = HashTreePMap.empty();
      for (Token token : user.tokens()) {
        tokens = tokens.plus(token.name(), token);
      }
      all = all.with(new User(user.id(), user.name(), user.admin(), user.createdAt(), tokens));
    }
    for (Project project : stored.projects()) {
      all = all.with(project);
    }
    for (var frozen : stored.frozen().entrySet()) {
      all = all.frozen(frozen.getKey(), frozen.getValue());
    }
    return all;
  }
}
