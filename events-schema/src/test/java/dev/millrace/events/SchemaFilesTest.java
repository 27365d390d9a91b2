package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The schemas that are checked in are those of the code. {@code mvn -pl events-schema test
 * -Dtest=SchemaFilesTest -Dmillrace.schemas=write} writes them anew; look at the difference before
 * you commit it: what was released may get optional fields, nothing else.
 */
final class SchemaFilesTest {
  private static final Path FOLDER = Path.of("src/main/resources/schemas");

  static List<Topics.Topic> topics() {
    return Schemas.topics();
  }

  static Stream<Golden<?>> records() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void theSchemaOfATopicIsThatOfItsRecords(Topics.Topic topic) throws IOException {
    Path file = FOLDER.resolve(topic + ".json");
    String generated = SchemaGenerator.of(topic).toPrettyString() + "\n";
    if ("write".equals(System.getProperty("millrace.schemas"))) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, generated);
    }
    assertThat(Files.readString(file))
        .as("not up to date; SchemaFilesTest says how to write it anew")
        .isEqualTo(generated);
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyMessageIsValid(Golden<?> golden) {
    assertThat(problems(golden.topic(), golden.bytes())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"id\":\"c\",\"made\":\"2026-01-02T03:04:05.678Z\",\"actor\":{\"kind\":\"user\",\"id\":\"u\"},"
            + "\"command\":{\"type\":\"start-run\",\"v\":1}}",
        "{\"id\":\"c\",\"made\":\"2026-01-02T03:04:05.678Z\",\"actor\":{\"kind\":\"user\",\"id\":\"u\"},"
            + "\"command\":{\"type\":\"start-run\",\"v\":2,\"run\":\"project/x/1\"}}",
        "{\"id\":\"c\",\"made\":\"2026-01-02T03:04:05.678Z\",\"actor\":{\"kind\":\"user\",\"id\":\"u\"},"
            + "\"command\":{\"type\":\"start-run\",\"v\":1,\"run\":\"x/1\"}}"
      })
  void whatIsNoCommandIsNotValid(String json) {
    assertThat(problems(Topics.RUN_COMMANDS, json.getBytes(StandardCharsets.UTF_8))).isNotEmpty();
  }

  @Test
  void nothingOnTheWireIsAPlaceToCloneFrom() {
    List<String> names = new ArrayList<>();
    for (Topics.Topic topic : Schemas.topics()) {
      JsonNode schema = Json.mapper().readTree(Schemas.of(topic));
      schema
          .findValues("properties")
          .forEach(p -> p.propertyStream().forEach(e -> names.add(e.getKey())));
    }

    assertThat(names).contains("remote_repository_config_type").hasSizeGreaterThan(100);
    assertThat(names)
        .noneMatch(
            name ->
                name.matches("(.*_)?(url|uri|href|link|clone|host|ssh|remote|repo)(_.*)?")
                    && !name.equals("remote_repository_config_type"));
  }

  private static List<com.networknt.schema.Error> problems(Topics.Topic topic, byte[] record) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Schemas.of(topic))
        .validate(new String(record, StandardCharsets.UTF_8), InputFormat.JSON);
  }
}
