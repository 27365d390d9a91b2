package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Seen.Ledger;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interface over two partitions, of which one can be read on by hand. */
@Timeout(30)
final class UpToDateTest {

  private final Arrivals arrivals = new Arrivals(2);
  private volatile CompletableFuture<Long> end = CompletableFuture.completedFuture(1_000L);
  private volatile long ahead; // so much more can be seen than is told to have arrived
  private final UpToDate.Source source =
      new UpToDate.Source() {
        @Override
        public long next(int partition) {
          return arrivals.next(partition) + ahead;
        }

        @Override
        public CompletionStage<Long> end(int partition) {
          return end;
        }
      };
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private HttpApi api(Duration patience, int most) {
    var upToDate = new UpToDate(Ledger.RUNS, arrivals, source, new UpToDate.Limits(patience, most));
    return new HttpApi("test")
        .around((request, handler) -> upToDate.answer(request, Set.of(1), handler))
        .on("GET", "/next", _ -> Reply.ok(arrivals.next(1)))
        .on("GET", "/none", _ -> Reply.failed(ProblemException.notFound("none").problem()))
        .on(
            "GET",
            "/thrown",
            _ -> {
              throw ProblemException.notFound("none");
            });
  }

  private static Reply get(HttpApi api, String path, String seen) {
    return api.call("GET", path, Map.of(Seen.HEADER, seen), new byte[0]);
  }

  private CompletableFuture<Reply> ask(HttpApi api, String seen) {
    return CompletableFuture.supplyAsync(() -> get(api, "/next", seen), threads);
  }

  private void untilTheyWait(int count) {
    while (arrivals.waiting() < count) {
      Thread.onSpinWait();
    }
  }

  private static void assertTryLater(Reply reply, String message) {
    assertThat(reply).isEqualTo(Reply.failed(Problem.of(503, "try-later", message)));
  }

  @Test
  void aRequestThatHasSeenNothingIsAnsweredAtOnceAndToldHowFarThatIs() {
    arrivals.readUpTo(1, 8);

    assertThat(api(Duration.ZERO, 0).call("GET", "/next", Map.of(), new byte[0]))
        .isEqualTo(Reply.ok(8L).with(Seen.HEADER, "r1:7"));
  }

  @Test
  void anAnswerTellsNothingLessThanItMayBeMadeOf() {
    arrivals.readUpTo(1, 8);
    ahead = 1;

    assertThat(get(api(Duration.ZERO, 0), "/next", "").headers())
        .containsEntry(Seen.HEADER, "r1:8");
  }

  @Test
  void anAnswerTellsAlsoWhatItsReaderHadSeenOfOthers() {
    arrivals.readUpTo(1, 8);

    assertThat(get(api(Duration.ZERO, 0), "/next", "c0:99,r0:50,r1:3"))
        .isEqualTo(Reply.ok(8L).with(Seen.HEADER, "c0:99,r0:50,r1:7"));
  }

  @Test
  void failuresTellTheirPositionToo() {
    arrivals.readUpTo(1, 8);
    var api = api(Duration.ZERO, 0);

    assertThat(get(api, "/none", "").headers()).containsEntry(Seen.HEADER, "r1:7");
    assertThat(get(api, "/thrown", "").headers()).containsEntry(Seen.HEADER, "r1:7");
  }

  @Test
  void aRequestThatHasSeenMoreWaitsUntilThatIsRead() throws Exception {
    arrivals.readUpTo(1, 8);
    var answer = ask(api(Duration.ofHours(1), 10), "r1:9");
    untilTheyWait(1);

    arrivals.readUpTo(1, 9);
    assertThat(answer).isNotDone();
    assertThat(arrivals.waiting()).isOne();
    arrivals.readUpTo(1, 10);

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(Reply.ok(10L).with(Seen.HEADER, "r1:9"));
    assertThat(arrivals.waiting()).isZero();
  }

  @Test
  void everybodyWaitsForTheirOwn() throws Exception {
    var api = api(Duration.ofHours(1), 10);
    var late = ask(api, "r1:20");
    var early = ask(api, "r1:5");
    var inBetween = ask(api, "r1:10");
    untilTheyWait(3);

    arrivals.readUpTo(1, 11);

    assertThat(early.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(inBetween.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(late).isNotDone();
    arrivals.readUpTo(1, 21);
    assertThat(late.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
  }

  @Test
  void whatWasSeenOfAPartitionThatTheAnswerDoesNotNeedIsNotWaitedFor() {
    assertThat(get(api(Duration.ZERO, 0), "/next", "r0:1000").status()).isEqualTo(200);
  }

  @Test
  void whoWaitsForTooLongIsToldToTryLater() {
    assertTryLater(
        get(api(Duration.ofMillis(1), 10), "/next", "r1:999"),
        "this replica has not read as far as you have seen yet; try again in a moment");
    assertThat(arrivals.waiting()).isZero();
  }

  @Test
  void nobodyWaitsForMoreThanThereIs() throws Exception {
    end = CompletableFuture.completedFuture(20L);
    arrivals.readUpTo(1, 19);
    var answer = ask(api(Duration.ofHours(1), 10), "r1:999999999999999999");
    untilTheyWait(1);
    arrivals.readUpTo(1, 20);

    assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(get(api(Duration.ofHours(1), 10), "/next", "r1:999").status()).isEqualTo(200);
  }

  @Test
  void ifNobodyCanTellHowFarThereIsToGoItIsLater() {
    end = CompletableFuture.failedFuture(new IllegalStateException("the broker is away"));
    String why = "it cannot be told at the moment whether this replica is up to date";
    assertTryLater(get(api(Duration.ofSeconds(20), 10), "/next", "r1:5"), why);

    end = new CompletableFuture<>();
    assertTryLater(get(api(Duration.ofMillis(1), 10), "/next", "r1:5"), why);
  }

  @Test
  void whoCannotSayWhatTheyHaveSeenWaitForAllThatThereIs() throws Exception {
    end = CompletableFuture.completedFuture(7L);
    var upToDate =
        new UpToDate(Ledger.RUNS, arrivals, source, new UpToDate.Limits(Duration.ofHours(1), 10));
    var done =
        threads.submit(
            () -> {
              upToDate.awaitEnd(1);
              return arrivals.next(1);
            });
    untilTheyWait(1);

    arrivals.readUpTo(1, 6);
    arrivals.readUpTo(1, 7);

    assertThat(done.get(20, TimeUnit.SECONDS)).isEqualTo(7);
  }

  @Test
  void onlySoManyWaitAtATime() throws Exception {
    var api = api(Duration.ofHours(1), 2);
    var first = ask(api, "r1:5");
    var second = ask(api, "r1:6");
    untilTheyWait(2);

    assertTryLater(
        get(api, "/next", "r1:5"),
        "too many wait for this replica to read as far as they have seen");
    assertThat(get(api, "/next", "").status()).isEqualTo(200);
    arrivals.readUpTo(1, 7);
    assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(second.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(get(api, "/next", "r1:6").status()).isEqualTo(200);
  }

  @Test
  void whatIsMalformedIsRefused() {
    var api = api(Duration.ZERO, 0);

    assertThat(get(api, "/next", "nonsense").status()).isEqualTo(400);
  }

  @Test
  void whatIsReadNeverGoesBack() {
    arrivals.readUpTo(1, 8);
    arrivals.readUpTo(1, 3);

    assertThat(arrivals.next(1)).isEqualTo(8);
  }
}
