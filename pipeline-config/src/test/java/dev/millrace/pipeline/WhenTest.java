package dev.millrace.pipeline;

import static dev.millrace.pipeline.Configs.runs;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhenTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {branch: main}                                     | branch | main        | true
          {branch: main}                                     | branch | mainline    | false
          {branch: main}                                     | tag    | main        | false
          {branch: [main, next]}                             | branch | next        | true
          {branch: '/^rel-\\d+$/'}                            | branch | rel-12      | true
          {branch: '/^rel-\\d+$/'}                            | branch | rel-x       | false
          {branch: '#ain#'}                                  | branch | main        | true
          {branch: //}                                       | branch | main        | false
          {branch: {exclude: main}}                          | branch | next        | false
          {branch: {include: /.*/, exclude: [main]}}         | branch | next        | true
          {branch: {include: /.*/, exclude: [main]}}         | branch | main        | false
          {tag: /v.*/}                                       | tag    | v1          | true
          {tag: /v.*/}                                       | branch | v1          | false
          {branch: main, ref: {exclude: refs/heads/main}}    | branch | main        | false
          {branch: {include: main, exclude: main}, ref: /./} | branch | main        | true
          {ref: refs/tags/v1}                                | tag    | v1          | true
          {branch: main, tag: v1}                            | tag    | v1          | true
          """)
  void aRunTakesPartWhenItsSectionsSaySo(String when, String type, String name, boolean takesPart) {
    GitContext context =
        type.equals("tag") ? GitContext.ofTag(name, "c") : GitContext.ofBranch(name, "c");
    assertThat(runs("runs: [{name: r, tasks: [], when: %s}]".formatted(when), context))
        .hasSize(takesPart ? 1 : 0);
  }

  @Test
  void aTaskThatDoesNotTakePartIsSkipped() {
    var tasks =
        runs("runs: [{name: r, tasks: [{name: a, when: {branch: x}}, {name: b}]}]")
            .getFirst()
            .tasks();
    assertThat(tasks.getFirst().skip()).isTrue();
    assertThat(tasks.getLast().skip()).isFalse();
  }
}
