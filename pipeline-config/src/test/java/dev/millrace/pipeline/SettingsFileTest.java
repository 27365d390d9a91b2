package dev.millrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.pipeline.SettingsFile.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingsFileTest {

  private static SettingsFile read(String text) {
    return SettingsFile.read("role.yml", text.getBytes(UTF_8));
  }

  @Test
  void aValueIsUnderItsPathHoweverItIsWritten() {
    assertThat(read("kafka:\n  user: run\n  tls: {ca: a.pem}\nkafka.bootstrap: [a:1, b:2]\n"))
        .isEqualTo(
            new SettingsFile(
                List.of(
                    new Setting("kafka.user", List.of("run"), false, "role.yml:2:3"),
                    new Setting("kafka.tls.ca", List.of("a.pem"), false, "role.yml:3:9"),
                    new Setting("kafka.bootstrap", List.of("a:1", "b:2"), true, "role.yml:4:1")),
                List.of()));
  }

  @Test
  void numbersAndSwitchesAreTheirText() {
    assertThat(read("executor: {slots: 4, sandbox: true, name: \"007\"}").settings())
        .flatExtracting(Setting::values)
        .containsExactly("4", "true", "007");
  }

  @Test
  void whatIsEmptyIsAbsent() {
    assertThat(read("")).isEqualTo(new SettingsFile(List.of(), List.of()));
    assertThat(read("# nothing yet\n")).isEqualTo(new SettingsFile(List.of(), List.of()));
    assertThat(read("kafka:\n  user:\netcd: {}\n").settings()).isEmpty();
  }

  @Test
  void aKeyThatIsThereTwiceIsNamedWithBothPlaces() {
    assertThat(read("kafka: {user: a}\nkafka.user: b\n").errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.place()).startsWith("role.yml:2:1");
              assertThat(error.message()).contains("kafka.user", "line 1, column 9");
            });
  }

  @Test
  void allThatCannotBeTakenIsNamedAtOnce() {
    assertThat(read("a: [[1], 2, {x: 1}]\nb: !!binary aa\nc: {d: 1, d: 2}\n").errors())
        .extracting(error -> error.place().replaceAll(" .*", ""))
        .containsExactly("role.yml:1:5", "role.yml:1:13", "role.yml:2:4", "role.yml:3:11");
  }

  @Test
  void aListIsNoFileOfSettings() {
    assertThat(read("- a\n").errors())
        .singleElement()
        .satisfies(error -> assertThat(error.message()).contains("a map of settings"));
  }

  @Test
  void whatIsNotYamlIsNamedWithItsPlace() {
    assertThat(read("a: [1\nb: 2\n").errors())
        .singleElement()
        .satisfies(error -> assertThat(error.message()).startsWith("not YAML"));
  }
}
