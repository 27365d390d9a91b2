package dev.millrace.pipeline;

import static dev.millrace.pipeline.Configs.errors;
import static dev.millrace.pipeline.Configs.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BombTest {
  @Test
  void manyAliasesAreRefused() {
    String config =
        "a: &a [x]\nb: ["
            + IntStream.range(0, 21).mapToObj(_ -> "*a").collect(Collectors.joining(", "))
            + "]";
    assertThat(errors(config)).containsExactly(".millrace/config.yml:2:85: more than 20 aliases");
  }

  @Test
  void aliasesOfAliasesAreRefusedBeforeTheyUnfold() {
    StringBuilder config =
        new StringBuilder("a0: &a0 {k: 0123456789012345678901234567890123456789}\n");
    // 20 aliases, each doubling what there is
    for (int i = 1; i <= 10; i++) {
      config.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(errors(config.toString())).anySatisfy(e -> assertThat(e).contains("unknown field"));
    String large = "x".repeat(100_000);
    String wide =
        "a: &a [%s]\nb: [%s]"
            .formatted(
                large,
                IntStream.range(0, 20).mapToObj(_ -> "*a").collect(Collectors.joining(", ")));
    assertThat(errors(wide))
        .singleElement()
        .asString()
        .endsWith("the configuration unfolds to more than 1 MiB of text");
  }

  @Test
  void deepNestingIsRefusedInBothFormats() {
    String deep = "[".repeat(100_000);
    assertThat(errors(deep))
        .containsExactly(".millrace/config.yml:1:65: nested more than 64 levels deep");
    assertThat(errors(json(deep)))
        .containsExactly(".millrace/config.json:1:65: nested more than 64 levels deep");
  }

  @Test
  void aListThatContainsItselfIsRefused() {
    assertThat(errors("runs: &a [*a]"))
        .containsExactly(".millrace/config.yml:1:7 (runs[0]): contains itself through an alias");
  }

  @Test
  void aLargeFileIsRefusedUnread() {
    byte[] large = new byte[2 * 1024 * 1024];
    assertThat(errors(Configs.evaluate(".millrace/config.json", large, Configs.MAIN)))
        .containsExactly(".millrace/config.json: the file is larger than 256 KiB");
    assertThat(errors(Configs.evaluate(".millrace/config.jsonnet", large, Configs.MAIN)))
        .containsExactly(".millrace/config.jsonnet: the file is larger than 256 KiB");
  }

  @Test
  void whatIsNotTextIsRefused() {
    byte[] bytes = {'a', ':', '\n', ' ', (byte) 0xff, 'x'};
    assertThat(errors(Configs.evaluate(".millrace/config.yml", bytes, Configs.MAIN)))
        .containsExactly(".millrace/config.yml:2:1: not UTF-8 in this line");
    assertThat(errors("a: \u0001"))
        .containsExactly(".millrace/config.yml:1:1: the character U+0001 may not stand in YAML");
  }

  @Test
  void severalDocumentsAreRefused() {
    assertThat(errors("runs: []\n---\nruns: []\n"))
        .containsExactly(".millrace/config.yml:2:1: a second document: the file may hold only one");
  }

  @Test
  void manyNamesAreNoTroubleToCompare() {
    String tasks =
        IntStream.range(0, 900)
            .mapToObj(i -> "{name: task-number-%d, depends: [tusk-number-%d]}".formatted(i, i))
            .collect(Collectors.joining(", "));
    assertThat(errors("runs: [{name: r, tasks: [%s]}]".formatted(tasks))).hasSize(101);
  }
}
