package dev.millrace.verification.installation;

import dev.millrace.http.HttpCaller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls of the public API that tests and benchmarks make. Any thread. */
public final class Api {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern TOKEN = Pattern.compile("mrt_[0-9A-Za-z]+");
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private static final int PATIENCE_SECONDS = 30;
  private static final Executor A_SECOND_LATER =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final URI server;
  private final String token;

  public Api(URI server, String token) {
    this.server = server;
    this.token = token;
  }

  /** The first token in the text, or null. */
  public static @Nullable String tokenIn(String text) {
    Matcher matcher = TOKEN.matcher(text);
    return matcher.find() ? matcher.group() : null;
  }

  /** Waits until the server says that it is ready. */
  public static void awaitReady(URI server, Process process, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isReady(server)) {
      if (!process.isAlive()) {
        throw new IllegalStateException("the server ended with " + process.exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not ready within " + patience);
      }
      Thread.sleep(20);
    }
  }

  /** Whether the server is there and says that it is ready. */
  public static boolean isReady(URI server) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(server.resolve("/readyz")).timeout(Duration.ofSeconds(2)).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
    } catch (IOException notThere) {
      return false;
    }
  }

  /**
   * One call below {@code /api/v1}; fails if it is answered with another status.
   *
   * @param body JSON; null: none
   */
  public JsonNode call(String method, String path, @Nullable String body, int expected)
      throws Exception {
    byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
    return JSON.readTree(send(method, "/api/v1" + path, bytes, expected));
  }

  /** Makes a project of the signed-in user. */
  public void createProject(String name) throws Exception {
    var body = JSON.createObjectNode().put("name", name);
    send("POST", "/api/v1/projects", JSON.writeValueAsBytes(body), 201);
  }

  /**
   * Creates a run from the fields of a run specification; completes with its number. When told to
   * try later it does.
   */
  public CompletableFuture<Long> createRun(String project, byte[] spec) {
    return createRun(project, spec, PATIENCE_SECONDS);
  }

  private CompletableFuture<Long> createRun(String project, byte[] spec, int tries) {
    var request =
        request("/api/v1/projects/" + project + "/runs")
            .POST(HttpRequest.BodyPublishers.ofByteArray(spec))
            .header("Content-Type", "application/json")
            .build();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenCompose(
            response -> {
              if (isRefused(response) && tries > 0) {
                return CompletableFuture.supplyAsync(() -> tries - 1, A_SECOND_LATER)
                    .thenCompose(left -> createRun(project, spec, left));
              }
              if (response.statusCode() != 201) {
                throw new IllegalStateException(
                    "run not created: "
                        + response.statusCode()
                        + " "
                        + new String(response.body(), StandardCharsets.UTF_8));
              }
              return CompletableFuture.completedFuture(
                  JSON.readTree(response.body()).at("/runs/0/number").asLong());
            });
  }

  private static boolean isRefused(HttpResponse<byte[]> response) {
    return response.statusCode() == 429
        || (response.statusCode() == 503
            && JSON.readTree(response.body()).path("code").asString("").equals("try-later"));
  }

  /** As {@link #createRunsInsistently} of one run. */
  public Optional<Long> createRunInsistently(
      String project, String spec, String key, BooleanSupplier goOn) throws InterruptedException {
    return createRunsInsistently(project, spec, key, goOn).stream().findFirst();
  }

  /**
   * Creates runs, asking again with the same key for as long as the server is away or cannot tell,
   * as a careful client does. Returns their numbers; none if told to give up before there was an
   * answer.
   */
  public List<Long> createRunsInsistently(
      String project, String spec, String key, BooleanSupplier goOn) throws InterruptedException {
    var request =
        request("/api/v1/projects/" + project + "/runs")
            .POST(HttpRequest.BodyPublishers.ofString(spec))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .timeout(Duration.ofSeconds(15))
            .build();
    while (goOn.getAsBoolean()) {
      try {
        var response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() == 201) {
          List<Long> numbers = new ArrayList<>();
          JSON.readTree(response.body())
              .get("runs")
              .forEach(run -> numbers.add(run.get("number").asLong()));
          return numbers;
        }
        if (response.statusCode() < 500) {
          throw new IllegalStateException(
              response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8));
        }
      } catch (IOException away) {
        // the server is down or was killed while we waited: it will be back
      }
      Thread.sleep(100);
    }
    return List.of();
  }

  /** All runs of a project, newest first. */
  public List<JsonNode> runs(String project) throws Exception {
    List<JsonNode> all = new ArrayList<>();
    String path = "/api/v1/projects/" + project + "/runs?limit=100";
    JsonNode page = JSON.readTree(send("GET", path, null, 200));
    page.get("runs").forEach(all::add);
    while (page.has("next")) {
      String before = "&before=" + HttpCaller.segment(page.get("next").asString());
      page = JSON.readTree(send("GET", path + before, null, 200));
      page.get("runs").forEach(all::add);
    }
    return all;
  }

  /** The text as a JSON string. */
  public static String quote(String text) {
    return JSON.writeValueAsString(text);
  }

  public JsonNode run(String project, long number) throws Exception {
    return JSON.readTree(send("GET", "/api/v1/projects/" + project + "/runs/" + number, null, 200));
  }

  /** Waits until the run is as it should be; fails after a minute, showing what it is. */
  public JsonNode await(String project, long number, Predicate<JsonNode> condition)
      throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    JsonNode seen = null;
    while (System.nanoTime() < deadline) {
      try {
        seen = run(project, number);
        if (condition.test(seen)) {
          return seen;
        }
      } catch (IllegalStateException notYet) {
        if (!String.valueOf(notYet.getMessage()).contains(": 404 ")) {
          throw notYet;
        }
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("still so after a minute: " + seen);
  }

  /** Waits until no run of these projects is queued or running. */
  public void awaitQuiet(List<String> projects) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    for (String project : projects) {
      String path = "/api/v1/projects/" + project + "/runs?phase=queued,running&limit=1";
      while (!JSON.readTree(send("GET", path, null, 200)).get("runs").isEmpty()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(project + " is still busy after five minutes");
        }
        Thread.sleep(10);
      }
    }
  }

  /** Waits until the run has ended. */
  public JsonNode awaitEnd(String project, long number) throws Exception {
    return await(
        project,
        number,
        run ->
            List.of("finished", "cancelled", "setuperror").contains(run.get("phase").asString()));
  }

  /** The output of the first attempt's step, whole. */
  public String log(String project, long number, String task, int step) throws Exception {
    return new String(logBytes(project, number, task, step), StandardCharsets.UTF_8);
  }

  /** As {@link #log}, undecoded. */
  public byte[] logBytes(String project, long number, String task, int step) throws Exception {
    String path =
        "/api/v1/projects/%s/runs/%d/tasks/%s/logs?step=%d".formatted(project, number, task, step);
    return send("GET", path, null, 200);
  }

  /** What is answered to a GET, undecoded. */
  public byte[] bytes(String path) throws Exception {
    return send("GET", "/api/v1" + path, null, 200);
  }

  /** Follows the output of a step as bytes, line by line, until it ends. Blocks. */
  public void followLog(String project, long number, String task, int step, LineListener listener)
      throws Exception {
    String path =
        "/api/v1/projects/%s/runs/%d/tasks/%s/logs?step=%d&follow=true"
            .formatted(project, number, task, step);
    HttpResponse<InputStream> response =
        HTTP.send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        listener.line(line);
      }
    }
  }

  /** The first line that is answered, whatever the status; the rest is not read. */
  public String firstLine(String path) throws Exception {
    HttpResponse<InputStream> response =
        HTTP.send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      return Objects.requireNonNullElse(lines.readLine(), "");
    }
  }

  /** Hears lines as they come. */
  public interface LineListener {
    void line(String line);
  }

  private byte[] send(String method, String path, byte @Nullable [] body, int expected)
      throws Exception {
    var request =
        request(path)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body))
            .header("Content-Type", "application/json")
            .build();
    var response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    // A busy server says "try later" to those who read; they do.
    for (int again = 0;
        response.statusCode() == 503 && method.equals("GET") && again < 30;
        again++) {
      Thread.sleep(1000);
      response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
    if (response.statusCode() != expected) {
      throw new IllegalStateException(
          "%s %s: %d %s"
              .formatted(
                  method,
                  path,
                  response.statusCode(),
                  new String(response.body(), StandardCharsets.UTF_8)));
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + token);
  }
}
