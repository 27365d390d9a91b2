package dev.millrace.pipeline;

import static dev.millrace.pipeline.Configs.errors;
import static dev.millrace.pipeline.Configs.json;
import static dev.millrace.pipeline.Configs.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongConfigurationTest {
  private static final String FILE = ".millrace/config.yml:";

  @Test
  void everyErrorIsReportedInTheOrderOfTheFile() {
    assertThat(
            errors(
                """
                runz: []
                runs:
                  - name: r
                    tasks:
                      - name: a
                        depend: [b]
                        steps:
                          - rum: make
                          - run:
                      - name: a
                        depends: [c, c]
                        ignore_failure: maybe
                  - name: r
                    tasks: 3
                """))
        .containsExactly(
            FILE + "1:1 (runz): unknown field \"runz\"; did you mean \"runs\"?",
            FILE
                + "6:9 (runs[0].tasks[0].depend): unknown field \"depend\"; did you mean"
                + " \"depends\"?",
            FILE
                + "8:13 (runs[0].tasks[0].steps[0].rum): unknown type of step \"rum\"; did you mean"
                + " \"run\"?",
            FILE
                + "9:17 (runs[0].tasks[0].steps[1].run): expected a command, or a map with the"
                + " field command, found nothing",
            FILE
                + "10:15 (runs[0].tasks[1].name): another task has the name \"a\" already"
                + " (runs[0].tasks[0].name)",
            FILE
                + "11:19 (runs[0].tasks[1].depends[0]): there is no task \"c\" in this run; did you"
                + " mean \"a\"?",
            FILE + "11:22 (runs[0].tasks[1].depends[1]): the dependency on \"c\" is here twice",
            FILE
                + "11:22 (runs[0].tasks[1].depends[1]): there is no task \"c\" in this run; did you"
                + " mean \"a\"?",
            FILE
                + "12:25 (runs[0].tasks[1].ignore_failure): expected true or false, found the text"
                + " \"maybe\"",
            FILE + "13:5 (runs[1]): another run has the name \"r\" already (runs[0])",
            FILE + "14:12 (runs[1].tasks): expected a list of tasks, found the number 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                   | the file is empty; expected a map with the field runs
          just text                            | expected a map with the field runs, found the text "just text"
          runs: []                             | no runs: the field "runs" has to be a list of at least one
          runs: {}                             | expected a list of runs, found an empty map
          runs: [null]                         | expected a run: a map with a name and tasks, found nothing
          'runs: [{tasks: []}]'                | the field "name" of the run is missing
          'runs: [{name: r}]'                  | the field "tasks" of the run is missing: a list of tasks
          'runs: [{name: " ", tasks: []}]'     | expected the name of the run, found the text " "
          'runs: [{name: [], tasks: []}]'      | expected the name of the run, found an empty list
          'runs: [{name: r, tasks: [null]}]'   | expected a task: a map with a name and steps, found nothing
          'runs: [{name: r, tasks: [], <<: 1}]' | not YAML: Expected mapping node or an anchor referencing mapping
          'runs: [{name: r, tasks: [], zzz: 1}]'| unknown field "zzz"; a run has: name, tasks, when
          'a: !foo b'                          | the tag !foo is not known here
          'runs: ['                            | not YAML: while parsing a flow node: expected the node content, but found '<stream end>'
          """)
  void aWrongFileSaysWhatWasExpected(String config, String message) {
    assertThat(errors(config)).anySatisfy(e -> assertThat(e).endsWith(": " + message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          depends: t                         | expected a list of dependencies, found the text "t"
          depends: [t]                       | the task "t" depends on itself
          depends: [{x: [on_succes]}]        | unknown condition "on_succes"; did you mean "on_success"?
          depends: [[t]]                     | expected the name of a task, {task: …, conditions: […]}, or {name: […]}, found a list
          depends: [{conditions: []}]        | the field "task" of the dependency is missing
          environment: [A]                   | expected a map of variables, found a list
          environment: {1A: b}               | "1A" cannot be the name of a variable: letters, digits and _ only, no digit first
          environment: {A: }                 | expected a text, found nothing; write "" for an empty one
          environment: {A: [b]}              | expected a text, found a list
          steps: make                        | expected a list of steps, found the text "make"
          steps: [make]                      | expected a step: a map such as {run: make}, found the text "make"
          steps: [{}]                        | expected one field that says what the step is (clone or run), or the field type; found an empty map
          steps: [{run: x, name: y}]         | expected one field that says what the step is (clone or run), or the field type; found the fields run, name
          steps: [{type: [run]}]             | expected clone or run, found a list
          steps: [{type: save_cache}]        | unknown type of step "save_cache"; there are: clone, run
          steps: [{type: run}]               | the field "command" is missing
          steps: [{run: " "}]                | expected a command, found the text " "
          steps: [{run: {command: [a]}}]     | expected a command, found a list
          steps: [{clone: {depth: 0}}]       | expected a whole number above 0, found the number 0
          steps: [{clone: {depth: many}}]    | expected a whole number above 0, found the text "many"
          steps: [{clone: 1}]                | expected a map of depth, recurse_submodules, found the number 1
          steps: [{run: "a\\nb"}]            | a command of several lines needs a name: write run: {name: …, command: …}
          steps: [{run: {command: "a\\nb"}}] | a command of several lines needs a name: write run: {name: …, command: …}
          when: main                         | expected a map of branch, tag and ref, found the text "main"
          when: {branch: {includ: x}}        | unknown field "includ"; did you mean "include"?
          when: {branch: [[x]]}              | expected a text, found a list
          when: {branch: /(/}                | "/(/" is not a regular expression (RE2): missing closing )
          approval: 1                        | expected true or false, found the number 1
          working_dir: ''                    | expected the path of a folder, found an empty text
          name: again                        | the field "name" is here twice (first in line 4, column 9)
          """)
  void aWrongTaskSaysWhatWasExpected(String line, String message) {
    assertThat(errors(task(line))).anySatisfy(e -> assertThat(e).endsWith(": " + message));
  }

  @Test
  void namesAreBounded() {
    assertThat(errors("runs: [{name: %s, tasks: []}]".formatted("x".repeat(101))))
        .containsExactly(FILE + "1:15 (runs[0].name): the name is longer than 100 characters");
    assertThat(errors("runs: [{name: \"a\\nb\", tasks: []}]"))
        .singleElement()
        .asString()
        .endsWith("a name has to be one line, without control characters");
  }

  @Test
  void aCircleIsShownWholeAndOnce() {
    assertThat(
            errors(
                """
                runs:
                  - name: r
                    tasks:
                      - {name: free}
                      - {name: a, depends: [free, c]}
                      - {name: b, depends: [a]}
                      - {name: c, depends: [b]}
                      - {name: d, depends: [c]}
                """))
        .containsExactly(
            FILE
                + "6:29 (runs[0].tasks[2].depends[0]): tasks depend on each other in a circle:"
                + " \"a\" → \"c\" → \"b\" → \"a\"");
  }

  @Test
  void jsonErrorsHaveTheirPlaceToo() {
    assertThat(errors(json("{\"runs\": [\n {\"name\": 3, \"name\": 4,\n  \"tasks\": {}}]}")))
        .containsExactly(
            ".millrace/config.json:2:11 (runs[0].name): expected the name of the run, found the"
                + " number 3",
            ".millrace/config.json:2:14 (runs[0].name): the field \"name\" is here twice (first in"
                + " line 2, column 3)",
            ".millrace/config.json:3:12 (runs[0].tasks): expected a list of tasks, found an empty"
                + " map");
    assertThat(errors(json("{\"runs\": [}")))
        .singleElement()
        .asString()
        .startsWith(".millrace/config.json:1:1")
        .contains("not JSON: ");
    assertThat(errors(json("{} {}")))
        .containsExactly(
            ".millrace/config.json:1:4: there is something behind the end of the value");
  }

  @Test
  void manyErrorsAreCounted() {
    String tasks =
        IntStream.range(0, 150).mapToObj(i -> "{nam: " + i + "}").collect(Collectors.joining(", "));
    assertThat(errors("runs: [{name: r, tasks: [%s]}]".formatted(tasks)))
        .hasSize(101)
        .last()
        .isEqualTo(".millrace/config.yml: and 200 more");
  }
}
