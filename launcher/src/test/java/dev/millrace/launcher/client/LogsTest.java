package dev.millrace.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Reply;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
  @TempDir Path folder;
  private final FakeServer server = new FakeServer();
  private final CountDownLatch stillOpen = new CountDownLatch(1);

  @AfterEach
  void stop() {
    stillOpen.countDown();
    server.close();
  }

  private Home home() throws IOException {
    Home home = new Home(folder);
    new SignedIn(server.start(), FakeServer.TOKEN, null).write(home.clientFile());
    return home;
  }

  private static String data(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void aLogThatBreaksOffGoesOnWhereItWas() throws IOException {
    byte[] bytes = {0, 'a', (byte) 0xff, '\n', 'b', '\r', 27, 'c'};
    AtomicInteger connections = new AtomicInteger();
    server.on(
        "GET",
        "/projects/:ref/runs/:number/tasks/:task/logs",
        request ->
            ServerSentEvents.reply(
                events -> {
                  int from = Integer.parseInt(request.header("Last-Event-ID").orElse("0"));
                  connections.incrementAndGet();
                  events.sendJson(null, "step", Map.of("attempt", 2, "step", 0, "position", 0));
                  if (from == bytes.length) {
                    events.sendJson(null, "end", Map.of());
                  } else {
                    events.send(
                        Integer.toString(from + 2),
                        "log",
                        data(new byte[] {bytes[from], bytes[from + 1]}));
                  }
                }));
    Home.Ran ran = home().millrace("logs", "demo/1", "compile", "--follow");
    assertThat(ran.exit()).isEqualTo(Exit.OK);
    assertThat(ran.bytes()).isEqualTo(bytes);
    assertThat(connections).hasValue(5);
    assertThat(server.asked().getLast()).endsWith("/logs");
  }

  @Test
  void aWholeRunIsFollowedToItsEnd() throws IOException {
    server
        .on(
            "GET",
            "/projects/:ref/runs/:number",
            _ -> Reply.ok(Map.of("phase", "finished", "result", "failed")))
        .on(
            "GET",
            "/projects/:ref/runs/:number/events",
            _ ->
                ServerSentEvents.reply(
                    events -> {
                      events.sendJson(
                          "0:1",
                          "run",
                          Map.of(
                              "phase",
                              "running",
                              "tasks",
                              List.of(Map.of("name", "one", "attempts", List.of(1)))));
                      events.sendJson(
                          "0:2",
                          "decision",
                          Map.of(
                              "events",
                              List.of(
                                  Map.of("type", "task-claimed", "attempt", Map.of("task", "two")),
                                  Map.of("type", "task-waiting-approval", "task", "three"))));
                      events.sendJson(
                          "0:3",
                          "decision",
                          Map.of("events", List.of(Map.of("type", "run-finished"))));
                      stillOpen.await();
                    }))
        .on(
            "GET",
            "/projects/:ref/runs/:number/tasks/:task/logs",
            request ->
                ServerSentEvents.reply(
                    events -> {
                      String text = "first of " + request.param("task") + "\nlast";
                      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                      events.send(Integer.toString(bytes.length), "log", data(bytes));
                      events.sendJson(null, "end", Map.of());
                    }));
    Home.Ran ran = home().millrace("logs", "-f", "demo/1");
    assertThat(ran.exit()).isEqualTo(Exit.NOT_SUCCESSFUL);
    assertThat(ran.out().lines())
        .containsExactlyInAnyOrder(
            "[one] first of one", "[one] last", "[two] first of two", "[two] last");
    assertThat(ran.err())
        .contains("millrace run approve demo/1 three")
        .contains("run demo/1 ended: failed");
  }

  @Test
  void aProblemInAStreamIsShown() throws IOException {
    server.on(
        "GET",
        "/projects/:ref/runs/:number/tasks/:task/logs",
        _ ->
            ServerSentEvents.reply(
                events ->
                    events.sendJson(
                        null,
                        "problem",
                        Map.of("status", 404, "code", "log-gap", "message", "it is gone"))));
    Home.Ran ran = home().millrace("logs", "demo/1", "compile");
    assertThat(ran.exit()).isEqualTo(Exit.NOT_FOUND);
    assertThat(ran.err()).contains("it is gone");
  }

  @Test
  void linesAreAskedForAndALogIsWrittenToAFile() throws IOException {
    byte[] bytes = {31, (byte) 139, 0, (byte) 255};
    List<String> queries = new ArrayList<>();
    server.on(
        "GET",
        "/projects/:ref/runs/:number/tasks/:task/logs",
        request -> {
          for (String name : List.of("line", "lines", "tail", "step", "download", "follow")) {
            request.query(name).ifPresent(value -> queries.add(name + "=" + value));
          }
          return request.query("download").isPresent()
              ? new Reply.Stream(200, "application/gzip", Map.of(), sink -> sink.write(bytes))
              : ServerSentEvents.reply(events -> events.sendJson(null, "end", Map.of()));
        });
    Home home = home();
    Path file = folder.resolve("log.gz");

    assertThat(home.millrace("logs", "demo/1", "t", "--line", "7", "--lines", "2").exit()).isZero();
    assertThat(home.millrace("logs", "demo/1", "t", "-f", "--tail", "3").exit()).isZero();
    assertThat(
            home.millrace("logs", "demo/1", "t", "--gzip", "--output-file", file.toString()).exit())
        .isZero();
    assertThat(home.millrace("logs", "demo/1", "t", "--gzip", "--step", "1").bytes())
        .isEqualTo(bytes);

    assertThat(file).hasBinaryContent(bytes);
    assertThat(queries)
        .containsExactly(
            "line=7",
            "lines=2",
            "tail=3",
            "follow=true",
            "download=gzip",
            "step=1",
            "download=gzip");
  }

  @Test
  void whatMakesNoSenseIsRefused() throws IOException {
    Home home = home();
    assertThat(home.millrace("logs", "demo/1", "--gzip").err()).contains("of one task");
    assertThat(home.millrace("logs", "demo/1", "-f", "--tail", "3").err()).contains("need a task");
  }
}
