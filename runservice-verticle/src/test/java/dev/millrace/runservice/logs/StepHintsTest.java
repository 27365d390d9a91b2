package dev.millrace.runservice.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class StepHintsTest {
  private static final int SIZE = 100_000;
  private final StepHints hints = new StepHints();

  @Test
  void aHintNeverPointsBehindWhatIsWanted() {
    int chunks = 20_000; // 2 GB: far more than there is room for one by one
    for (int i = 0; i < chunks; i++) {
      hints.seen(10 + i, chunk((long) i * SIZE));
    }

    for (long position = 0; position < (long) chunks * SIZE; position += 77_777_777) {
      long offset = Objects.requireNonNull(hints.offsetFor(position));
      long start = (offset - 10) * SIZE;
      assertThat(start).isLessThanOrEqualTo(position).isGreaterThan(position - 40_000_000);
    }
  }

  @Test
  void beforeTheFirstThatWasSeenNothingIsKnown() {
    hints.seen(10, chunk(5 * SIZE));

    assertThat(hints.offsetFor(5 * SIZE - 1)).isNull();
    assertThat(hints.offsetFor(5 * SIZE)).isEqualTo(10);
  }

  @Test
  void whatIsToldAgainChangesNothing() {
    hints.seen(10, chunk(0));
    hints.seen(11, chunk(SIZE));
    hints.seen(12, chunk(0));

    assertThat(hints.offsetFor(0)).isEqualTo(10);
  }

  private static LogChunk chunk(long position) {
    var attempt = new AttemptRef(RunId.parse("project/p/1"), "build", 1);
    return new LogChunk(attempt, "now", 0, position, false, new byte[SIZE]);
  }
}
