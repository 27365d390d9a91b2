package dev.millrace.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IncarnationsTest {
  @TempDir private Path directory;

  private Incarnations incarnations() {
    return new Incarnations(directory.resolve("incarnations"), () -> "id");
  }

  @Test
  void eachIsGreaterThanAllBeforeOverRestartsToo() {
    List<String> given = new ArrayList<>();
    for (int restart = 0; restart < 12; restart++) {
      var incarnations = incarnations();
      given.add(incarnations.get());
      given.add(incarnations.get());
    }

    assertThat(given).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void oneIsGivenAlsoWhenItsNumberCannotBeKept() throws IOException {
    var incarnations = incarnations();
    String first = incarnations.get();
    Files.createDirectory(directory.resolve("incarnations.new"));

    assertThat(incarnations.get()).isGreaterThan(first);
  }

  @Test
  void aFileThatHoldsNoNumberIsRefusedByName() throws IOException {
    Files.writeString(directory.resolve("incarnations"), "seven");

    var incarnations = incarnations();
    assertThatThrownBy(incarnations::get)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(directory.resolve("incarnations") + " holds no number of lives of an executor");
  }
}
