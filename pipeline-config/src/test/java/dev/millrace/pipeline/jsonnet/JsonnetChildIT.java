package dev.millrace.pipeline.jsonnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.pipeline.ConfigFile;
import dev.millrace.pipeline.Evaluated;
import dev.millrace.pipeline.EvaluatorUnavailableException;
import dev.millrace.pipeline.GitContext;
import dev.millrace.pipeline.JsonnetEvaluator.Result;
import dev.millrace.pipeline.PipelineConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonnetChildIT {
  private static final String FILE = ".millrace/config.jsonnet";
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir Path folder;

  private Result evaluate(String program, JsonnetLimits limits) throws InterruptedException {
    return new JsonnetChild(limits, JAVA, folder)
        .evaluate(FILE, program.getBytes(StandardCharsets.UTF_8), "{\"branch\": \"main\"}");
  }

  private String value(String program) throws InterruptedException {
    Result result = evaluate(program, JsonnetLimits.DEFAULT);
    assertThat(result).isInstanceOf(Result.Value.class);
    return new String(((Result.Value) result).json(), StandardCharsets.UTF_8);
  }

  private SetupError error(String program) throws InterruptedException {
    Result result = evaluate(program, JsonnetLimits.DEFAULT);
    assertThat(result).isInstanceOf(Result.Failed.class);
    return ((Result.Failed) result).error();
  }

  @Test
  void aPlainValueAndAFunctionOfTheContextAreEvaluated() throws InterruptedException {
    assertThat(value("{a: 1 + 1, b: ['ü']}")).isEqualTo("{\"a\": 2, \"b\": [\"ü\"]}");
    assertThat(value("function(ctx) {b: ctx.branch, c: std.md5(''), d: std.parseJson('[1]')}"))
        .isEqualTo("{\"b\": \"main\", \"c\": \"d41d8cd98f00b204e9800998ecf8427e\", \"d\": [1]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {a: foo}                       | :1:5 | Unknown variable: foo
          {a: 1 2                        | :1:7 | Expected "}", found "2"
          error 'mine'                   | :1:1 | mine
          {a: {b: error 'late'}}         | :1:9 | late
          import 'x'                     | :1:1 | Couldn't import file: "x"
          importstr '/etc/passwd'        | :1:1 | Couldn't import file: "/etc/passwd"
          function(ctx, x) 1             | ''   | Function parameter x not bound in call
          std.extVar('PATH')             | :1:11| Unknown extVar: PATH
          local f(x) = f(x) + 1; f(1)    | ''   | the program calls itself too deeply: is it endless?
          std.repeat('a', 2000000)       | ''   | the evaluated configuration is larger than 1024 KiB
          """)
  void aWrongProgramSaysWhere(String program, String place, String message)
      throws InterruptedException {
    assertThat(error(program)).isEqualTo(new SetupError(FILE + place, message));
  }

  @Test
  void memoryIsBounded() throws InterruptedException {
    assertThat(error("std.length(std.makeArray(100000000, function(i) [i, i]))").message())
        .isEqualTo("the evaluation needs more than 64 MiB of memory");
    assertThat(
            error(
                    "local f(n) = if n == 0 then 'x' else local s = f(n - 1); s + s;"
                        + " std.length(f(30))")
                .message())
        .isEqualTo("the evaluation needs more than 64 MiB of memory");
  }

  @Test
  void timeIsBounded() throws InterruptedException {
    JsonnetLimits limits = new JsonnetLimits(64, Duration.ofSeconds(2), 1024, 1);
    Result result =
        evaluate("local fib(n) = if n < 2 then 1 else fib(n-1) + fib(n-2); fib(60)", limits);
    assertThat(result)
        .isEqualTo(
            new Result.Failed(new SetupError(FILE, "the evaluation took longer than 2 seconds")));
  }

  @Test
  void aJavaTagInYamlMakesNothing() throws InterruptedException {
    Path target = folder.resolve("made");
    SetupError error =
        error("std.parseYaml('x: !!java.io.FileOutputStream [%s]')".formatted(target));
    assertThat(error.message())
        .isEqualTo(
            "a function of the standard library is used that does not exist here, such as"
                + " std.parseYaml");
    assertThat(Files.exists(target)).isFalse();
  }

  @Test
  void aMissingJavaIsNotTheProgramsFault() {
    var child = new JsonnetChild(JsonnetLimits.DEFAULT, folder.resolve("no-java"), folder);
    assertThatThrownBy(() -> child.evaluate(FILE, new byte[0], "{}"))
        .isInstanceOf(EvaluatorUnavailableException.class);
  }

  @Test
  void theResultIsAConfigurationAndItsErrorsHavePaths() throws InterruptedException {
    var config = new PipelineConfig(new JsonnetChild(JsonnetLimits.DEFAULT, JAVA, folder));
    String program =
        """
        function(ctx) {
          runs: [{name: ctx.branch + '-' + ctx.ref_type, tasks: [
            {name: 't%d' % i, steps: [{run: 'echo ' + ctx.commit_sha + ctx.tag}]} for i in [1, 2]]}],
        }
        """;
    Evaluated evaluated =
        config.evaluate(
            new ConfigFile(FILE, program.getBytes(StandardCharsets.UTF_8)),
            GitContext.ofBranch("main", "c0ffee"));
    assertThat(evaluated).isInstanceOf(Evaluated.Planned.class);
    var run = ((Evaluated.Planned) evaluated).runs().getFirst();
    assertThat(run.name()).isEqualTo("main-branch");
    assertThat(run.tasks())
        .extracting(t -> t.steps().getFirst().name())
        .containsExactly("echo c0ffee", "echo c0ffee");

    Evaluated wrong =
        config.evaluate(
            new ConfigFile(
                FILE, "{runs: [{name: 'r', taks: []}]}".getBytes(StandardCharsets.UTF_8)),
            GitContext.ofBranch("main", "c0ffee"));
    assertThat(((Evaluated.Refused) wrong).errors())
        .isEqualTo(
            List.of(
                new SetupError(
                    FILE + " (runs[0])",
                    "the field \"tasks\" of the run is missing: a list of tasks"),
                new SetupError(
                    FILE + " (runs[0].taks)", "unknown field \"taks\"; did you mean \"tasks\"?")));
  }
}
