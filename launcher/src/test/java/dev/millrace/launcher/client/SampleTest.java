package dev.millrace.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.launcher.Home;
import dev.millrace.pipeline.ConfigFile;
import dev.millrace.pipeline.Evaluated;
import dev.millrace.pipeline.GitContext;
import dev.millrace.pipeline.PipelineConfig;
import dev.millrace.pipeline.jsonnet.JsonnetChild;
import dev.millrace.pipeline.jsonnet.JsonnetLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleTest {
  @TempDir Path folder;

  private Evaluated evaluate(String name, byte[] bytes) throws InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new PipelineConfig(new JsonnetChild(JsonnetLimits.DEFAULT, java, folder))
        .evaluate(new ConfigFile(name, bytes), GitContext.ofBranch("main", "c0ffee"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yml", "json", "jsonnet"})
  void everySampleIsRight(String format) throws Exception {
    new Home(folder).millrace("init", "--format", format);
    String name = ".millrace/config." + format;
    Evaluated evaluated = evaluate(name, Files.readAllBytes(folder.resolve(name)));
    assertThat(evaluated).isInstanceOf(Evaluated.Planned.class);
    assertThat(((Evaluated.Planned) evaluated).runs()).hasSize(2);
  }

  @Test
  void theDemoIsRight() throws Exception {
    Path demo = Path.of("..", "examples", "demo", ".millrace", "config.yml");
    Evaluated evaluated = evaluate(".millrace/config.yml", Files.readAllBytes(demo));
    assertThat(evaluated).isInstanceOf(Evaluated.Planned.class);
    assertThat(((Evaluated.Planned) evaluated).runs())
        .extracting(run -> run.tasks().size())
        .containsExactly(5, 1);
  }
}
