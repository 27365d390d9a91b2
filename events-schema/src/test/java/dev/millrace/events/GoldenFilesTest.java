package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was written once is read for ever. The files are only ever added: {@code mvn -pl
 * events-schema test -Dtest=GoldenFilesTest -Dmillrace.golden=add} writes those that are missing. A
 * released one that fails means that the meaning of a message changed: make a new version of it
 * instead.
 */
final class GoldenFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final String WHAT_TO_DO =
      "a released message does not change; see GoldenFilesTest for what to do";

  static Stream<Golden<?>> all() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyMessageIsReadAndWrittenAsItWas(Golden<?> golden) throws IOException {
    Path file = FOLDER.resolve(golden.path());
    if (!Files.exists(file) && "add".equals(System.getProperty("millrace.golden"))) {
      Files.createDirectories(FOLDER.resolve(golden.topic().name()));
      Files.writeString(file, pretty(golden.bytes()));
    }
    assertThat(file).as("missing; see GoldenFilesTest for how to add it").exists();
    byte[] was = Files.readAllBytes(file);

    assertThat((Object) golden.read(was)).as(WHAT_TO_DO).isEqualTo(golden.record());
    assertThat(pretty(golden.again(was))).as(WHAT_TO_DO).isEqualTo(new String(was, UTF_8));
  }

  @ParameterizedTest
  @MethodSource("all")
  void readersIgnoreFieldsTheyDoNotKnow(Golden<?> golden) {
    JsonNode tree = Json.mapper().readTree(golden.bytes());
    strew(tree);

    assertThat((Object) golden.read(Json.mapper().writeValueAsBytes(tree)))
        .isEqualTo(golden.record());
  }

  @Test
  void everyMessageOfACatalogHasAGoldenFile() {
    List<String> there = all().map(golden -> golden.topic() + "/" + golden.name()).toList();

    Golden.catalogued()
        .forEach(
            (topic, names) ->
                assertThat(there).containsAll(names.stream().map(n -> topic + "/" + n).toList()));
  }

  /** Adds an unknown field to every object whose fields are of a message. */
  private static void strew(JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        object.forEach(GoldenFilesTest::strew);
        boolean map = object.propertyStream().allMatch(e -> e.getValue().isString());
        if (!map || object.has("kind") || object.has("type")) {
          object.putObject("zz_unknown").put("deep", 1);
        }
      }
      case ArrayNode array -> array.forEach(GoldenFilesTest::strew);
      default -> {}
    }
  }

  private static String pretty(byte[] json) {
    return Json.mapper().readTree(json).toPrettyString() + "\n";
  }
}
