package dev.millrace.launcher.settings;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.launcher.Version;
import dev.millrace.pipeline.SettingsFile;
import dev.millrace.pipeline.SettingsFile.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code deploy} say what roles understand. */
final class DeploymentsTest {
  private static final Path DEPLOY = Path.of("../deploy");
  private static final Path CHART = DEPLOY.resolve("helm/millrace");
  private static final Pattern SECRET =
      Pattern.compile("(?:/run/secrets|/etc/millrace/secrets)/([a-z0-9.-]+)");

  @TempDir Path folder;

  /** Reads settings for roles, with every secret that they name in its place. */
  private Settings read(String text, Set<Role> roles, String... more) throws Exception {
    for (String name : secrets(text)) {
      Files.writeString(folder.resolve(name), "secret");
    }
    Path file = folder.resolve("millrace.yml");
    Files.writeString(file, SECRET.matcher(text).replaceAll(folder + "/$1"));
    return Settings.read(new Sources(file, List.of(more), Map.of()), roles);
  }

  private static List<String> secrets(String text) {
    return SECRET.matcher(text).results().map(found -> found.group(1)).distinct().toList();
  }

  @Test
  void composeTellsEachRoleWhatItNeeds() throws Exception {
    var servers = EnumSet.complementOf(EnumSet.of(Role.EXECUTOR));
    String text = Files.readString(DEPLOY.resolve("compose/millrace.yml"));
    assertThat(read(text, servers, "gateway.git.enabled=true").repositories())
        .contains(Path.of("/var/lib/millrace/repositories"));
    text = Files.readString(DEPLOY.resolve("compose/executor.yml"));
    assertThat(secrets(text)).containsExactly("executor-token");
    read(text, EnumSet.of(Role.EXECUTOR), "executor.id=executor-1");
    text = Files.readString(DEPLOY.resolve("compose/topics.yml"));
    read(text, EnumSet.noneOf(Role.class));
  }

  @Test
  void composeHasTwoOfEveryRole() throws IOException {
    String text = Files.readString(DEPLOY.resolve("compose/compose.yaml"));
    for (Role role : Role.values()) {
      for (int n : new int[] {1, 2}) {
        String name = role.word() + "-" + n;
        assertThat(text).contains("\n  " + name + ":").contains("internal.advertise=" + name);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway",
        "repositories",
        "configstore",
        "runservice",
        "scheduler",
        "datamanager",
        "executor"
      })
  void theChartTellsEachRoleWhatItNeeds(String workload) throws Exception {
    Role role =
        workload.equals("repositories")
            ? Role.GATEWAY
            : Role.valueOf(workload.toUpperCase(Locale.ROOT));
    String text = ofTheChart(workload);
    Settings settings =
        role == Role.EXECUTOR
            ? read(text, Set.of(role), "executor.id=executor-0", "gateway.url=http://gateway:7420")
            : read(text, Set.of(role));
    assertThat(settings.internal()).isEqualTo(new HostPort("0.0.0.0", 7421));
    assertThat(settings.kafka().security().login()).isNotNull();
    if (role == Role.EXECUTOR) {
      assertThat(secrets(text)).doesNotContain("internal-token", "task-key", "s3-secret-key");
    }
  }

  /** As its template merges them. */
  private static String ofTheChart(String workload) throws IOException {
    byte[] bytes = Files.readAllBytes(CHART.resolve("values.yaml"));
    List<Setting> all = SettingsFile.read("values.yaml", bytes).settings();
    Map<String, String> merged = new LinkedHashMap<>();
    for (String prefix : List.of("settings.", workload + ".settings.")) {
      for (Setting setting : all) {
        if (setting.key().startsWith(prefix)) {
          merged.put(setting.key().substring(prefix.length()), value(setting));
        }
      }
    }
    assertThat(merged).containsKeys("kafka.bootstrap", "kafka.user");
    if (workload.equals("executor")) {
      merged.keySet().removeIf(key -> key.startsWith("storage."));
    }
    return merged.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(joining("\n"));
  }

  private static String value(Setting setting) {
    String values =
        setting.values().stream().map(value -> "\"" + value + "\"").collect(joining(", "));
    return setting.list() ? "[" + values + "]" : values;
  }

  @Test
  void theChartIsOfThisVersion() throws IOException {
    assertThat(Files.readString(CHART.resolve("Chart.yaml")))
        .contains("appVersion: \"" + Version.text().replace("-SNAPSHOT", "") + "\"");
  }

  /** Whoever ends an executor waits longer than its tasks may take. */
  @Test
  void executorsAreGivenTimeToEnd() throws IOException {
    long drain = Amounts.time(String.valueOf(Keys.EXECUTOR_DRAIN.fallback())).toSeconds();
    assertThat(drain).isLessThan(360);
    assertThat(Files.readString(DEPLOY.resolve("systemd/millrace@.service")))
        .contains("TimeoutStopSec=6min");
    assertThat(Files.readString(DEPLOY.resolve("compose/compose.yaml")))
        .contains("stop_grace_period: 6m");
    assertThat(Files.readString(CHART.resolve("values.yaml")))
        .contains("terminationGracePeriodSeconds: 360");
  }
}
