package dev.millrace.launcher;

import dev.millrace.bus.kafka.ClusterUser;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option that names the users of a Kafka cluster. */
final class UserNames {
  /** Names go into scripts and into Kafka's {@code User:NAME}. */
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}'*]+");

  @Option(
      names = "--user",
      paramLabel = "ROLE=NAME",
      description =
          "The user's name on the cluster, if it is not the role's: gateway, configstore,"
              + " runservice, scheduler, executor, datamanager, publisher, reader or admin. With"
              + " certificates in place of passwords it is like CN=gateway,O=Example.")
  Map<String, String> chosen = new LinkedHashMap<>();

  /** Everybody's name. */
  Map<ClusterUser, String> names() {
    var names = new EnumMap<ClusterUser, String>(ClusterUser.class);
    for (ClusterUser user : ClusterUser.values()) {
      names.put(user, user.word());
    }
    chosen.forEach((word, name) -> names.put(user(word), checked(name)));
    return names;
  }

  private static ClusterUser user(String word) {
    for (ClusterUser user : ClusterUser.values()) {
      if (user.word().equals(word)) {
        return user;
      }
    }
    throw new Refused(Exit.USAGE, "--user: there is no role " + word);
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new Refused(
          Exit.USAGE, "--user: a name is not empty and has no quote, star or control character");
    }
    return name;
  }
}
