package dev.millrace.runservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.RootGroup;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** However many runs have ended, hardly any of them are in the heap. */
final class RunsInHeapTest {
  private static final int ENDED = Integer.getInteger("heap.runs", 100_000);
  private static final int ACTIVE = 500;
  private static final int TOGETHER = 100;
  private static final int MORE = 1_000;
  private static final Pattern COUNT =
      Pattern.compile("\\s(\\d+)\\s+\\d+\\s+" + Pattern.quote(Run.class.getName()) + "\\s");
  private static final Actor ANNA = new Actor(Actor.Kind.user, "anna");

  @Test
  void ofAHundredThousandRunsThatHaveEndedAtMostAThousandStay() throws Exception {
    var replica = new TestReplica();
    try (replica;
        var _ = replica.surroundings.archiving()) {
      for (int made = 0; made < ACTIVE; made += TOGETHER) {
        create(replica, List.of());
      }
      for (int made = 0; made < ENDED; made += TOGETHER) {
        create(replica, List.of(new SetupError("config.yml:1:1", "wrong")));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!replica.feed.ended().isEmpty()) {
        assertThat(System.nanoTime()).as("what has ended is archived").isLessThan(deadline);
        Thread.sleep(10);
      }

      assertThat(runsInHeap()).isBetween(ACTIVE, ACTIVE + MORE);
      JsonNode counts = replica.get("/runs?limit=1&count=true").body().path("counts");
      assertThat(counts.path("by_phase").path("setuperror").asInt()).isEqualTo(ENDED);
      assertThat(counts.path("by_phase").path("queued").asInt()).isEqualTo(ACTIVE);
    }
  }

  private static void create(TestReplica replica, List<SetupError> errors) throws Exception {
    var spec =
        new RunSpec(
            "ci",
            "/project/p1/branch/main",
            Map.of("branch", "main", "author", "Ada", "trigger", "push"),
            errors,
            Map.of("CI", "true"),
            Map.of(),
            List.of());
    var all = Collections.nCopies(TOGETHER, spec);
    replica.accepted(ANNA, new CreateRuns(RootGroup.parse("project/p1"), null, all, ""));
  }

  /** Those that can be reached: it collects garbage before. */
  private static int runsInHeap() throws JMException {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Matcher runs = COUNT.matcher(histogram);
    assertThat(runs.find()).as(histogram.lines().limit(20).toList().toString()).isTrue();
    return Integer.parseInt(runs.group(1));
  }
}
