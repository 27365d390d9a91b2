package dev.millrace.launcher.settings;

import dev.millrace.executor.ExecutorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What settings have to do with one another. */
final class Consistency {
  private static final List<Key<Path>> READ =
      List.of(
          Keys.KAFKA_AUTHORITY,
          Keys.KAFKA_CERTIFICATE,
          Keys.KAFKA_KEY,
          Keys.ETCD_AUTHORITY,
          Keys.ETCD_CERTIFICATE,
          Keys.ETCD_KEY);

  private final Values values;
  private final List<String> problems = new ArrayList<>();

  private Consistency(Values values) {
    this.values = values;
  }

  /**
   * All that is wrong.
   *
   * @param wholly whether each setting for itself is right, so that all can be made of them
   */
  static List<String> problems(Settings settings, boolean wholly) {
    var consistency = new Consistency(settings.values());
    consistency.look(settings.roles());
    if (wholly && consistency.problems.isEmpty()) {
      consistency.made("kafka", settings::kafka);
      if (!settings.roles().isEmpty()) {
        consistency.made("etcd", settings::etcd);
      }
      consistency.made("storage", settings::bucket);
      consistency.made("traces.header", settings::traces);
    }
    return consistency.problems;
  }

  private void look(Set<Role> roles) {
    together(Keys.KAFKA_USER, Keys.KAFKA_PASSWORD);
    together(Keys.KAFKA_CERTIFICATE, Keys.KAFKA_KEY);
    together(Keys.ETCD_USER, Keys.ETCD_PASSWORD);
    together(Keys.ETCD_CERTIFICATE, Keys.ETCD_KEY);
    together(Keys.STORAGE_ACCESS_KEY, Keys.STORAGE_SECRET_KEY);
    boolean sasl = values.find(Keys.KAFKA_SECURITY).orElse("").startsWith("sasl");
    if (sasl && !values.has(Keys.KAFKA_USER) && !values.has(Keys.KAFKA_PASSWORD)) {
      problems.add(
          "kafka.user and kafka.password are needed, unless kafka.security is ssl or plaintext");
    }
    if (roles.isEmpty() && !values.has(Keys.KAFKA_BOOTSTRAP)) {
      problems.add("kafka.bootstrap is needed: " + Keys.KAFKA_BOOTSTRAP.type().what());
    }
    if (roles.stream().anyMatch(role -> role != Role.EXECUTOR)) {
      storage();
    }
    if (roles.contains(Role.EXECUTOR)
        && !values.has(Keys.INTERNAL_TOKEN)
        && !values.has(Keys.INTERNAL_EXECUTOR_TOKEN)) {
      problems.add("internal.executor_token is needed by executor, or internal.token");
    }
    READ.forEach(this::readable);
    atLeast(Duration.ofSeconds(1), Keys.CHECKPOINT_EVERY);
    atLeast(Duration.ofSeconds(1), Keys.DUMP_EVERY);
    atLeast(ExecutorSettings.SHORTEST_LEASE, Keys.EXECUTOR_LEASE);
    atMost(ExecutorSettings.LONGEST_LEASE, Keys.EXECUTOR_LEASE);
  }

  private void atLeast(Duration least, Key<Duration> key) {
    if (values.find(key).filter(time -> time.compareTo(least) < 0).isPresent()) {
      problems.add("%s is at least %ds".formatted(key.name(), least.toSeconds()));
    }
  }

  private void atMost(Duration most, Key<Duration> key) {
    if (values.find(key).filter(time -> time.compareTo(most) > 0).isPresent()) {
      problems.add("%s is at most %ds".formatted(key.name(), most.toSeconds()));
    }
  }

  private void storage() {
    if (values.has(Keys.STORAGE_FOLDER) == values.has(Keys.STORAGE_BUCKET)) {
      problems.add("either storage.folder or storage.bucket is needed, and only one of them");
    }
  }

  private void together(Key<?> one, Key<?> other) {
    if (values.has(one) != values.has(other)) {
      Key<?> there = values.has(one) ? one : other;
      Key<?> missing = values.has(one) ? other : one;
      problems.add("%s needs %s".formatted(there.name(), missing.name()));
    }
  }

  private void readable(Key<Path> key) {
    values
        .find(key)
        .filter(path -> !Files.isReadable(path))
        .ifPresent(path -> problems.add("%s: cannot read %s".formatted(key.name(), path)));
  }

  private void made(String what, Supplier<?> making) {
    try {
      Object _ = making.get();
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(what, e.getMessage()));
    }
  }
}
