package dev.millrace.launcher.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file with every setting, to begin with. */
public final class SettingsSample {
  private static final int WIDTH = 110;

  /** What is written for a setting that nothing stands in for. */
  private static final Map<Key<?>, String> EXAMPLES =
      Map.ofEntries(
          Map.entry(Keys.DATA, "/var/lib/millrace"),
          Map.entry(Keys.KAFKA_BOOTSTRAP, "[kafka-1:9093, kafka-2:9093, kafka-3:9093]"),
          Map.entry(Keys.KAFKA_USER, "millrace"),
          Map.entry(Keys.KAFKA_PASSWORD, "{file: /etc/millrace/kafka-password}"),
          Map.entry(Keys.KAFKA_AUTHORITY, "/etc/millrace/kafka-authority.pem"),
          Map.entry(Keys.MIN_FREE, "1G"),
          Map.entry(Keys.KAFKA_CERTIFICATE, "/etc/millrace/kafka.pem"),
          Map.entry(Keys.KAFKA_KEY, "/etc/millrace/kafka.key"),
          Map.entry(
              Keys.ETCD_ENDPOINTS,
              "['https://etcd-1:2379', 'https://etcd-2:2379', 'https://etcd-3:2379']"),
          Map.entry(Keys.ETCD_USER, "millrace"),
          Map.entry(Keys.ETCD_PASSWORD, "{file: /etc/millrace/etcd-password}"),
          Map.entry(Keys.ETCD_AUTHORITY, "/etc/millrace/etcd-authority.pem"),
          Map.entry(Keys.ETCD_CERTIFICATE, "/etc/millrace/etcd.pem"),
          Map.entry(Keys.ETCD_KEY, "/etc/millrace/etcd.key"),
          Map.entry(Keys.STORAGE_FOLDER, "/srv/millrace/objects"),
          Map.entry(Keys.STORAGE_BUCKET, "millrace"),
          Map.entry(Keys.STORAGE_ENDPOINT, "http://s3:9000"),
          Map.entry(Keys.STORAGE_PREFIX, "ci/"),
          Map.entry(Keys.STORAGE_ACCESS_KEY, "{file: /etc/millrace/s3-access-key}"),
          Map.entry(Keys.STORAGE_SECRET_KEY, "{file: /etc/millrace/s3-secret-key}"),
          Map.entry(Keys.INTERNAL_ADVERTISE, "ci-1.example.org"),
          Map.entry(Keys.INTERNAL_TOKEN, "{file: /etc/millrace/internal-token}"),
          Map.entry(Keys.INTERNAL_EXECUTOR_TOKEN, "{file: /etc/millrace/executor-token}"),
          Map.entry(Keys.INTERNAL_TASK_KEY, "{file: /etc/millrace/task-key}"),
          Map.entry(Keys.GATEWAY_URL, "http://ci.example.org:7420"),
          Map.entry(Keys.GATEWAY_GIT_FOLDER, "/srv/millrace/repositories"),
          Map.entry(Keys.CONFIGSTORE_ADMINISTRATOR, "{file: /etc/millrace/administrator-token}"),
          Map.entry(Keys.EXECUTOR_ID, "build-1"),
          Map.entry(Keys.RUN_RETENTION, "90d"),
          Map.entry(Keys.LOG_RETENTION, "30d"),
          Map.entry(Keys.TRACES_ENDPOINT, "http://collector:4318"),
          Map.entry(Keys.TRACES_HEADER, "{file: /etc/millrace/traces-header}"));

  /** What most installations have besides what is needed. */
  private static final Set<Key<?>> USUAL =
      Set.of(Keys.KAFKA_USER, Keys.KAFKA_PASSWORD, Keys.STORAGE_BUCKET);

  private SettingsSample() {}

  /** Its lines. What is not needed, or has another value by itself, is a comment. */
  public static List<String> lines() {
    List<String> lines = new ArrayList<>();
    comment(
        "",
        "What processes of an installation of many are told. One file may hold it for all roles.",
        lines);
    comment("", "What is commented out shows what counts if it is absent, or an example.", lines);
    String section = "";
    for (Key<?> key : Keys.ALL) {
      int dot = key.name().indexOf('.');
      String within = key.name().substring(0, Math.max(dot, 0));
      if (!within.equals(section)) {
        section = within;
        lines.add("");
        lines.add((isUsual(within) ? "" : "#") + within + ":");
      }
      add(key, key.name().substring(dot + 1), dot < 0 ? "" : "  ", isUsual(within), lines);
    }
    return lines;
  }

  private static void add(
      Key<?> key, String name, String indent, boolean inSection, List<String> lines) {
    comment(indent, key.about(), lines);
    comment(indent, "(" + key.type().what() + ")", lines);
    String line = indent + name + ": " + value(key);
    lines.add(!isUsual(key) ? (inSection ? indent + "#" + line.strip() : "#" + line) : line);
  }

  private static String value(Key<?> key) {
    String fallback = key.fallback();
    String value = fallback == null ? EXAMPLES.get(key) : fallback;
    if (value == null) {
      throw new IllegalStateException("give an example of " + key.name());
    }
    return value;
  }

  private static boolean isUsual(Key<?> key) {
    return !key.needed().isEmpty() || USUAL.contains(key);
  }

  private static boolean isUsual(String section) {
    return Keys.ALL.stream().anyMatch(key -> key.name().startsWith(section + ".") && isUsual(key));
  }

  private static void comment(String indent, String text, List<String> lines) {
    var line = new StringBuilder(indent + "#");
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(indent + "#");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
  }
}
