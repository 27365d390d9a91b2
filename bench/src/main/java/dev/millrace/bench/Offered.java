package dev.millrace.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Runs offered to a server that may refuse them. The client costs less of the machine than the
 * server does, or it would measure itself.
 */
final class Offered implements AutoCloseable {
  private static final int CONNECTIONS = 2_048;
  private static final long PATIENCE_SECONDS = 30;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClientAgent client =
      vertx.createHttpClient(
          new HttpClientOptions().setTcpNoDelay(true),
          new PoolOptions().setHttp1MaxSize(CONNECTIONS));
  private final Context context = vertx.getOrCreateContext();
  private final URI server;
  private final String token;
  private final List<String> projects;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final AtomicInteger made = new AtomicInteger();

  Offered(URI server, String token, List<String> projects) {
    this.server = server;
    this.token = token;
    this.projects = projects;
  }

  /**
   * What was answered to one request.
   *
   * @param sentNanos when it should have been sent
   * @param status 0 if there was no answer
   */
  record Answered(long sentNanos, long micros, int status) {
    boolean accepted() {
      return status == 201;
    }

    boolean refused() {
      return status == 429 || status == 503;
    }
  }

  /** What was answered to all. */
  record Answers(List<Answered> all, double seconds) {
    double acceptedPerSecond() {
      return all.stream().filter(Answered::accepted).count() / seconds;
    }

    double refusedPerSecond() {
      return all.stream().filter(Answered::refused).count() / seconds;
    }

    double acceptedRatio() {
      return all.stream().filter(Answered::accepted).count() / (double) all.size();
    }

    long other() {
      return all.stream().filter(one -> !one.accepted() && !one.refused()).count();
    }

    double acceptedMillis(double percentile) {
      Histogram histogram = new ConcurrentHistogram(60_000_000L, 3);
      all.stream()
          .filter(Answered::accepted)
          .forEach(one -> histogram.recordValue(Math.max(0, one.micros())));
      return histogram.getValueAtPercentile(percentile) / 1000.0;
    }
  }

  /** Why requests had no answer, and how many. */
  Map<String, Integer> failures() {
    return Map.copyOf(failures);
  }

  /** At this rate, whatever is answered; returns once all is answered. */
  Answers openly(double perSecond, double seconds) {
    var answers = new ConcurrentLinkedQueue<Answered>();
    int count = (int) (perSecond * seconds);
    var all = new CompletableFuture<?>[count];
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      all[i] = send(due).thenAccept(answers::add);
    }
    CompletableFuture.allOf(all).join();
    return new Answers(List.copyOf(answers), seconds);
  }

  /** So many under way at any time, each as soon as another was answered. */
  Answers closely(int atOnce, int count) throws InterruptedException {
    var answers = new ConcurrentLinkedQueue<Answered>();
    var places = new Semaphore(atOnce);
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      places.acquire();
      var _ =
          send(System.nanoTime())
              .thenAccept(
                  answered -> {
                    answers.add(answered);
                    places.release();
                  });
    }
    places.acquire(atOnce);
    return new Answers(List.copyOf(answers), (System.nanoTime() - begin) / 1e9);
  }

  private CompletableFuture<Answered> send(long due) {
    int index = made.getAndIncrement();
    String project = projects.get(index % projects.size());
    var request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(server.getHost())
            .setPort(server.getPort())
            .setURI("/api/v1/projects/" + project + "/runs")
            .putHeader("Authorization", "Bearer " + token)
            .putHeader("Content-Type", "application/json");
    byte[] body = Specs.run(index, Specs.task("task", List.of(), "true"));
    var answered = new CompletableFuture<Answered>();
    // On the context of its connections, or an answer might be there before anybody listens.
    context.runOnContext(
        _ ->
            client
                .request(request)
                .compose(ready -> ready.send(Buffer.buffer(body)))
                .compose(response -> response.body().map(_ -> response.statusCode()))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .otherwise(this::failed)
                .onSuccess(
                    status ->
                        answered.complete(
                            new Answered(due, (System.nanoTime() - due) / 1000, status))));
    return answered;
  }

  private int failed(Throwable failure) {
    failures.merge(String.valueOf(failure.getMessage()), 1, Integer::sum);
    return 0;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
