package dev.millrace.launcher.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  private static final Map<String, String> VARIABLES =
      Map.of("KAFKA_PASSWORD", "kafka's", "TOKEN", "inside", "TASK_KEY", "signs");
  private static final String WHOLE =
      """
      data: /srv/millrace
      kafka:
        bootstrap: [kafka-1:9092, kafka-2:9092]
        user: runservice
        password: {env: KAFKA_PASSWORD}
      etcd: {endpoints: ["https://etcd-1:2379"]}
      storage:
        bucket: ci
        endpoint: http://127.0.0.1:9000
      internal: {token: {env: TOKEN}, task_key: {env: TASK_KEY}}
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("role.yml");
  }

  private Settings read(String text, Set<Role> roles, String... assignments)
      throws IOException, SettingsException {
    Files.writeString(file, text);
    return Settings.read(new Sources(file, List.of(assignments), VARIABLES), roles);
  }

  private List<String> problems(String text, Set<Role> roles, String... assignments) {
    return catchThrowableOfType(SettingsException.class, () -> read(text, roles, assignments))
        .problems()
        .stream()
        .map(problem -> problem.replace(file.toString(), "FILE"))
        .toList();
  }

  @Test
  void whatIsNotWrittenFallsBack() throws Exception {
    Settings settings = read(WHOLE, EnumSet.of(Role.RUNSERVICE));
    assertThat(settings.kafka().bootstrap()).isEqualTo("kafka-1:9092,kafka-2:9092");
    assertThat(settings.kafka().security().word()).isEqualTo("sasl_ssl");
    assertThat(settings.etcd().prefix()).isEqualTo("millrace");
    assertThat(settings.bucket().orElseThrow().pathStyle()).isTrue();
    assertThat(settings.internal()).isEqualTo(new HostPort("127.0.0.1", 0));
    assertThat(settings.repositories()).isEmpty();
    assertThat(settings.executor().slots()).isEqualTo(4);
  }

  @Test
  void anAssignmentCountsMoreThanTheFile() throws Exception {
    Settings settings =
        read(
            WHOLE,
            EnumSet.of(Role.RUNSERVICE),
            "kafka.bootstrap=a:1,b:2",
            "internal.listen=[::1]:80",
            "etcd.prefix=other");
    assertThat(settings.kafka().bootstrap()).isEqualTo("a:1,b:2");
    assertThat(settings.internal()).isEqualTo(new HostPort("::1", 80));
    assertThat(settings.etcd().prefix()).isEqualTo("other");
  }

  @Test
  void secretsAreReadFromFilesAndVariables() throws Exception {
    Path secret = folder.resolve("token");
    Files.write(secret, "of the file\n".getBytes(UTF_8));
    Settings settings =
        read(WHOLE.replace("{env: TOKEN}", "{file: " + secret + "}"), EnumSet.of(Role.RUNSERVICE));
    assertThat(settings.internalToken()).contains("of the file");
    assertThat(settings.taskKey()).contains("signs");
    assertThat(settings.secretFiles()).containsExactly(secret);
  }

  @Test
  void noSecretIsShownAndWhatIsShownIsAFileThatSaysTheSame() throws Exception {
    Settings settings = read(WHOLE, EnumSet.of(Role.RUNSERVICE));
    String shown = String.join("\n", settings.shown());
    VARIABLES.values().forEach(secret -> assertThat(shown).doesNotContain(secret + "\n"));
    assertThat(shown).contains("kafka.password: {env: KAFKA_PASSWORD}");
    assertThat(read(shown, EnumSet.of(Role.RUNSERVICE)).shown()).isEqualTo(settings.shown());
  }

  @Test
  void tracesGoNowhereUnlessAPlaceIsNamed() throws Exception {
    assertThat(read(WHOLE, EnumSet.of(Role.RUNSERVICE)).traces()).isEmpty();
    TraceOptions all =
        read(WHOLE, EnumSet.of(Role.RUNSERVICE), "traces.endpoint=http://c:4318")
            .traces()
            .orElseThrow();
    assertThat(all).isEqualTo(TraceOptions.to(URI.create("http://c:4318")));
  }

  @Test
  void theHeaderOfTracesIsASecretOfItsForm() throws Exception {
    Path secret = Files.writeString(folder.resolve("header"), "Authorization: Bearer x\n");
    String traces = "traces: {endpoint: https://c, sample: 0.5, header: {file: %s}}\n";
    TraceOptions options =
        read(WHOLE + traces.formatted(secret), EnumSet.of(Role.RUNSERVICE)).traces().orElseThrow();
    assertThat(options.sample()).isEqualTo(0.5);
    assertThat(options.header())
        .isEqualTo(new TraceOptions.Header("Authorization", "Bearer x"))
        .asString()
        .doesNotContain("Bearer");

    Files.writeString(secret, "Bearer x");
    assertThat(problems(WHOLE + traces.formatted(secret), EnumSet.of(Role.RUNSERVICE)))
        .containsExactly("traces.header: a header is NAME: VALUE");
    assertThat(problems(WHOLE + "traces: {sample: 1.5}", EnumSet.of(Role.RUNSERVICE)))
        .containsExactly("FILE:11:10: traces.sample is a number from 0 to 1, as 0.1, not \"1.5\"");
  }

  @Test
  void theLeaseOfAnExecutorIsNeitherTooShortToRenewNorLongerThanSchedulersWaitFor()
      throws Exception {
    assertThat(problems(WHOLE + "executor: {lease: 4s}", EnumSet.of(Role.RUNSERVICE)))
        .containsExactly("executor.lease is at least 5s");
    assertThat(problems(WHOLE + "executor: {lease: 61s}", EnumSet.of(Role.RUNSERVICE)))
        .containsExactly("executor.lease is at most 60s");
    assertThat(read(WHOLE, EnumSet.of(Role.RUNSERVICE), "executor.lease=1m").executor().lease())
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void everyMistakeIsToldAtOnceWithItsPlace() {
    assertThat(
            problems(
                """
                data: /srv/millrace
                kafka: {bootstrap: kafka, security: plaintxt, user: x, pasword: y}
                etcd: {endpoints: ["ftp://etcd"]}
                storage: {bucket: b, folder: /tmp/x, acces_key: {file: /nope}}
                internal: {token: abc}
                executor: {slots: 0, allow_unsandboxed: perhaps}
                datamanager: {dump_every: 0s}
                slots: 4
                """,
                EnumSet.of(Role.RUNSERVICE)))
        .containsExactlyInAnyOrder(
            "FILE:2:9: kafka.bootstrap is a list of HOST:PORT, not \"kafka\"",
            "FILE:2:27: kafka.security is one of plaintext, ssl, sasl_plaintext, sasl_ssl, not"
                + " \"plaintxt\"",
            "FILE:3:8: etcd.endpoints is a list of http(s)://HOST:PORT, not \"ftp://etcd\"",
            "FILE:5:12: internal.token is a secret, which is not written here: {file: PATH} or"
                + " {env: NAME}",
            "FILE:6:12: executor.slots is a number from 1 to 1000000, not \"0\"",
            "FILE:6:22: executor.allow_unsandboxed is true or false, not \"perhaps\"",
            "FILE:2:56: unknown setting kafka.pasword; did you mean kafka.password?",
            "FILE:4:50: unknown setting storage.acces_key.file; did you mean"
                + " storage.access_key.file?",
            "FILE:8:1: unknown setting slots; did you mean executor.slots?",
            "internal.task_key is needed by runservice: a secret: {file: PATH} or {env: NAME}",
            "kafka.user needs kafka.password",
            "either storage.folder or storage.bucket is needed, and only one of them",
            "datamanager.dump_every is at least 1s");
  }

  @Test
  void aSecretThatIsNotThereIsNamedWithItsSource() {
    String gone = folder.resolve("gone").toString();
    assertThat(
            problems(
                WHOLE
                    .replace("{env: TOKEN}", "{env: NOBODY}")
                    .replace("{env: TASK_KEY}", "{file: " + gone + "}"),
                EnumSet.of(Role.GATEWAY)))
        .containsExactly(
            "FILE:10:20: the variable NOBODY is not set", "FILE:10:45: there is no file " + gone);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(
            catchThrowableOfType(
                    SettingsException.class,
                    () ->
                        Settings.read(
                            new Sources(file, List.of(), Map.of()), EnumSet.of(Role.SCHEDULER)))
                .problems())
        .contains("there is no file " + file);
  }

  @Test
  void eachRoleMissesOnlyWhatItNeeds() throws Exception {
    String executor =
        WHOLE.replaceAll("(?m)^storage:\n( .*\n)*", "").replace(", task_key: {env: TASK_KEY}", "");
    assertThat(problems(executor, EnumSet.of(Role.EXECUTOR)))
        .containsExactly("gateway.url is needed by executor: http(s)://HOST:PORT");
    assertThat(read(executor, EnumSet.of(Role.EXECUTOR), "gateway.url=http://ci:80").gatewayUrl())
        .isPresent();
  }

  @Test
  void theDocumentationHasTheTableOfAllSettings() throws Exception {
    assertThat(Files.readString(Path.of("../docs/settings.md")))
        .as("docs/settings.md; millrace settings --markdown prints the table")
        .contains(String.join("\n", SettingsTable.markdown()));
  }

  /** The sample, with secrets and certificates that are there. */
  private String sample() throws IOException {
    for (String name : secretsOfTheSample()) {
      Files.writeString(
          folder.resolve(name), name.equals("traces-header") ? "Name: secret" : "secret");
    }
    return String.join("\n", SettingsSample.lines())
        .replace("/etc/millrace", folder.toString())
        .replace("/var/lib/millrace", folder.toString());
  }

  private static List<String> secretsOfTheSample() {
    return java.util.regex.Pattern.compile("/etc/millrace/([a-z0-9.-]+)")
        .matcher(String.join("\n", SettingsSample.lines()))
        .results()
        .map(found -> found.group(1))
        .distinct()
        .toList();
  }

  @Test
  void theDistributionHasTheSampleOfAllSettings() throws Exception {
    assertThat(Files.readString(Path.of("src/main/dist/etc/millrace.yml")))
        .as("src/main/dist/etc/millrace.yml; millrace settings --sample prints it")
        .isEqualTo(String.join("\n", SettingsSample.lines()) + "\n");
  }

  @Test
  void theSampleServesAllRoles() throws Exception {
    Settings settings = read(sample(), EnumSet.allOf(Role.class));
    assertThat(settings.shown()).contains("storage.bucket: millrace");
  }

  @Test
  void whatIsCommentedOutInTheSampleIsRightToo() throws Exception {
    String all = sample().replaceAll("(?m)^( *)#( *[a-z_.]+:)", "$1$2");
    Keys.ALL.forEach(
        key -> assertThat(all).contains(key.name().substring(key.name().indexOf('.') + 1) + ": "));
    assertThat(problems(all, EnumSet.allOf(Role.class)))
        .containsExactly("either storage.folder or storage.bucket is needed, and only one of them");
  }
}
