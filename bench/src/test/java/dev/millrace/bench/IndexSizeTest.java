package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.storage.index.IndexedRun;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of fewer runs than the benchmark has, which take more each: words are kept once. */
final class IndexSizeTest {
  private static final int RUNS = 100_000;

  @TempDir Path folder;

  @Test
  void aRunTakesFewBytesOfTheIndex() throws Exception {
    assertThat(bytes("least", IndexedRuns::least)).isBetween(5.0, 24.0);
    assertThat(bytes("all", run -> run)).isBetween(10.0, 42.0);
  }

  private double bytes(String name, UnaryOperator<IndexedRun> shape) throws Exception {
    double bytes =
        IndexBenchmark.bytesPerRun(folder.resolve(name), new IndexedRuns(1), RUNS, shape);
    System.out.printf("%s: %.1f bytes a run%n", name, bytes);
    return bytes;
  }
}
