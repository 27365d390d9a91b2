package dev.millrace.scheduler.core;

import static dev.millrace.scheduler.core.Stage.created;
import static dev.millrace.scheduler.core.Stage.run;
import static dev.millrace.scheduler.core.Stage.started;
import static dev.millrace.scheduler.core.Stage.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.StartRun;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often what has no decision is asked for again; the writer decides each time. */
final class RepeatTest {
  private static final RunCommand FIRST = new StartRun(run(1));
  private static final RunCommand OTHER = new StartRun(run(2));
  private final Stage stage = new Stage();

  private void twoRuns() {
    stage.when(created(1, "one", task("a")), created(2, "other", task("a")));
  }

  @Test
  void whileNothingIsDecidedTheSameIsAskedForEverLessOften() {
    twoRuns();
    // After 5, 15, 35, 75 and 155 s, then every 80 s; 120 times if it were every 5 s.
    assertThat(stage.after(Duration.ofMinutes(10))).hasSize(2 * 10).containsOnly(FIRST, OTHER);
  }

  @Test
  void whatWasSentBeforeSomethingThatIsDecidedSoonIsLostAndAskedForSoon() {
    twoRuns();
    stage.after(Duration.ofMillis(75_200));
    stage.granted(OTHER, started(2));

    assertThat(stage.after(Duration.ofMillis(4_900))).isEmpty();
    assertThat(stage.after(Duration.ofMillis(200))).containsExactly(FIRST);
  }

  @Test
  void aWriterThatTakesLongIsGivenTwiceAsLong() {
    twoRuns();
    stage.after(Duration.ofSeconds(35));
    stage.after(Duration.ofSeconds(30));
    stage.granted(OTHER, started(2));
    stage.when(created(3, "third", task("a")));

    assertThat(stage.after(Duration.ofMillis(59_900))).doesNotContain(new StartRun(run(3)));
    assertThat(stage.after(Duration.ofMillis(200))).contains(new StartRun(run(3)));
  }

  @Test
  void whatCouldNotBeSentIsAskedForAgainAsSoonAsEver() {
    twoRuns();
    stage.after(Duration.ofSeconds(75));
    stage.unsent(FIRST);

    assertThat(stage.after(Duration.ofMillis(4_900))).isEmpty();
    assertThat(stage.after(Duration.ofMillis(200))).containsExactly(FIRST);
  }
}
