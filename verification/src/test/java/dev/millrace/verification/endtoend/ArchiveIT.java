package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs that have ended leave memory for few objects, and nobody can tell. With {@code
 * -Darchive.runs=100000} of more runs.
 */
final class ArchiveIT {
  private static final int RUNS = Integer.getInteger("archive.runs", 2_500);
  private static final int TOGETHER = 100;
  private static final int IN_MEMORY = 1_000;
  private static final int KILLS = 8;
  private static final int OBJECTS = 80 + RUNS / 250;

  @Test
  void runsLeaveMemoryAndAreToldAsBeforeAlsoAfterAKillAndWithoutTheIndex() throws Exception {
    try (var installation = Spoken.installation()) {
      String[] options = {"--driver", "dummy", "--slots", "32", "--dump-every", "10s"};
      RunningServer server = installation.upAndReady(options);
      createRuns(server.api());
      RunsInMemory.awaitAtMost(IN_MEMORY, server);
      assertThat(objects(installation)).as("objects").hasSizeBetween(2, OBJECTS);
      List<String> before = everything(server.api());
      assertThat(before.getFirst()).isEqualTo(RUNS + " runs");
      server.kill();

      server = installation.upAndReady(options);
      assertThat(everything(server.api())).as("after a kill").isEqualTo(before);
      RunsInMemory.awaitAtMost(IN_MEMORY, server);
      refusesToCancel(server.api());
      awaitDump(installation);
      server.kill();

      remove(installation.dataDirectory().resolve("index"));
      server = installation.upAndReady(options);
      assertThat(everything(server.api())).as("without the index").isEqualTo(before);
      assertThat(installation.dataDirectory().resolve("log/server.log"))
          .content()
          .contains("the index of runs was restored from its dump: ");
      server.stop();
      aFileThatIsMissingIsToldAndOnlyItsRunsAreGone(installation, options);
    }
  }

  /** Until all runs are in dumps but those that are not archived. */
  private static void awaitDump(Installation installation) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    String told;
    Matcher dumps;
    do {
      assertThat(System.nanoTime()).isLessThan(deadline);
      told =
          installation
              .millrace("doctor", "--data-dir", installation.dataDirectory().toString())
              .expectSuccess();
      dumps = Pattern.compile("index: (\\d+) runs in (\\d+) dumps").matcher(told);
      assertThat(dumps.find()).as(told).isTrue();
    } while (Integer.parseInt(dumps.group(1)) < RUNS - IN_MEMORY);
    assertThat(Integer.parseInt(dumps.group(2))).isBetween(1, 20);
  }

  private static void aFileThatIsMissingIsToldAndOnlyItsRunsAreGone(
      Installation installation, String... options) throws Exception {
    assertThat(doctor(installation).expectSuccess())
        .containsPattern("archive: \\d{4,} runs in \\d+ files")
        .contains("all of it is whole");
    Path lost = archiveFiles(installation).getFirst(); // the smallest
    byte[] was = Files.readAllBytes(lost);
    byte[] damaged = was.clone();
    damaged[was.length / 3]++;
    Files.write(lost, damaged);
    assertThat(doctor(installation).out()).contains(lost.getFileName() + ": it is damaged at byte");
    Files.write(lost, new byte[3]);
    assertThat(doctor(installation).out()).contains("it has 3 bytes, not " + was.length);
    Files.delete(lost);
    var told = doctor(installation);
    assertThat(told.exit()).isEqualTo(1);
    Matcher range =
        Pattern.compile(
                lost.getFileName()
                    + ": it is missing; (\\d+) entries, from run \\S+/(\\d+) to \\S+/(\\d+)")
            .matcher(told.out());
    assertThat(range.find()).as(told.out()).isTrue();
    long first = Long.parseLong(range.group(2));
    long last = Long.parseLong(range.group(3));

    RunningServer server = installation.upAndReady(options);
    Api api = server.api();
    assertThat(api.runs("on")).hasSize(RUNS);
    assertThat(api.call("GET", "/projects/on/runs/" + first, null, 410).get("message").asString())
        .contains(lost.getFileName() + " is missing");
    long other = first > 1 ? first - 1 : last + 1;
    assertThat(api.run("on", other).get("result").asString()).isEqualTo("success");
    server.stop();
  }

  private static Finished doctor(Installation installation) throws Exception {
    return installation.millrace(
        "doctor", "--read", "--data-dir", installation.dataDirectory().toString());
  }

  private static List<Path> archiveFiles(Installation installation) throws IOException {
    return objects(installation).stream()
        .filter(path -> path.toString().contains("archive"))
        .sorted(Comparator.comparingLong(path -> path.toFile().length()))
        .toList();
  }

  @Test
  void everyRunIsListedOnceWhateverWasKilledWhileRunsWereArchived() throws Exception {
    Random random = KillIT.seeded("ArchiveIT");
    try (var installation = Spoken.installation()) {
      String[] options = {"--driver", "dummy", "--slots", "32"};
      RunningServer server = installation.upAndReady(options);
      server.api().createProject("on");
      var goOn = new AtomicBoolean(true);
      var acknowledged = new ConcurrentSkipListSet<Long>();
      var creating = CompletableFuture.runAsync(() -> create(installation, goOn, acknowledged));
      for (int kill = 0; kill < KILLS; kill++) {
        // Not a wait for something: the moment of the kill is what is random.
        TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(3_000));
        server.kill();
        server = installation.upAndReady(options);
      }
      awaitMoreThan(2 * IN_MEMORY, acknowledged); // how fast that goes is the machine's
      goOn.set(false);
      creating.get(1, TimeUnit.MINUTES);
      server.api().awaitQuiet(List.of("on"));
      RunsInMemory.awaitAtMost(IN_MEMORY, server);

      List<Long> listed = new ArrayList<>();
      server.api().runs("on").forEach(run -> listed.add(run.get("number").asLong()));
      System.out.printf("%d runs, %d acknowledged%n", listed.size(), acknowledged.size());
      assertThat(listed)
          .containsExactlyElementsOf(
              LongStream.iterate(listed.size(), number -> number - 1)
                  .limit(listed.size())
                  .boxed()
                  .toList());
      assertThat(listed).containsAll(acknowledged);
      assertThat(objects(installation)).as("objects").hasSizeGreaterThan(4);
      for (long number = 1; number <= listed.size(); number += 50) {
        assertThat(server.api().run("on", number).get("phase").asString()).isEqualTo("finished");
      }
      server.stop();
    }
  }

  private static void awaitMoreThan(int runs, Set<Long> acknowledged) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (acknowledged.size() <= runs) {
      assertThat(System.nanoTime()).as("still %d", acknowledged.size()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void create(
      Installation installation, AtomicBoolean goOn, Set<Long> acknowledged) {
    try {
      Api api = new Api(installation.uri(), installation.token());
      for (int i = 0; goOn.get(); i++) {
        acknowledged.addAll(api.createRunsInsistently("on", runs(i), "key-" + i, goOn::get));
        TimeUnit.MILLISECONDS.sleep(500); // less than can be run
      }
    } catch (InterruptedException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void createRuns(Api api) throws Exception {
    api.createProject("on");
    for (int i = 0; i < RUNS / TOGETHER; i++) {
      api.call("POST", "/projects/on/runs", runs(i), 201);
    }
    api.awaitQuiet(List.of("on"));
  }

  private static String runs(int i) {
    String run =
        """
        {"name": "ci%d", "annotations": {"branch": "b%d", "trigger": "test"}, "tasks": [
          {"name": "t", "steps": [{"type": "run", "name": "do", "command": "true"}]}]}
        """
            .formatted(i % 3, i % 5);
    return "{\"runs\": [" + String.join(",", Collections.nCopies(TOGETHER, run)) + "]}";
  }

  /** Whatever the API says of these runs. */
  private static List<String> everything(Api api) throws Exception {
    List<String> all = new ArrayList<>();
    List<String> listed = new ArrayList<>();
    api.runs("on").forEach(run -> listed.add(run.toString()));
    all.add(listed.size() + " runs");
    all.addAll(listed);
    for (String filter :
        List.of("name=ci1", "branch=b4", "result=success&name=ci0&count=true", "text=b2")) {
      all.add(api.call("GET", "/runs?limit=100&" + filter, null, 200).toString());
    }
    for (int number = 1; number <= RUNS; number += 50) {
      all.add(api.run("on", number).toString());
    }
    return all;
  }

  private static void refusesToCancel(Api api) throws Exception {
    assertThat(api.call("POST", "/projects/on/runs/1/cancel", null, 409).get("message").asString())
        .endsWith("/1 has ended");
  }

  private static List<Path> objects(Installation installation) throws IOException {
    try (Stream<Path> files = Files.walk(installation.dataDirectory().resolve("objects"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
