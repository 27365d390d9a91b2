package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.config.ConfigCatalog;
import dev.millrace.events.run.RunCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventsPageTest {
  @Test
  void thePageNamesEveryTopicMessageAndCode() throws IOException {
    String page = Files.readString(Path.of("../docs/events.md"));

    for (Topics.Topic topic : Topics.all()) {
      assertThat(page).contains("`" + topic + "`");
    }
    for (Outcome.Code code : Outcome.Code.values()) {
      assertThat(page).contains("`" + code.wire() + "`");
    }
    for (Catalog<?> catalog :
        List.of(
            RunCatalog.COMMANDS, RunCatalog.EVENTS, ConfigCatalog.COMMANDS, ConfigCatalog.EVENTS)) {
      for (var entry : catalog.entries()) {
        assertThat(page).contains("`" + entry.type() + "`");
      }
    }
  }
}
