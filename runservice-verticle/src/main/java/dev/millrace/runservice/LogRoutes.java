package dev.millrace.runservice;

import dev.millrace.http.HttpApi;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Reply.Sink;
import dev.millrace.http.Request;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.runservice.logs.LogGapException;
import dev.millrace.runservice.logs.LogQuery;
import dev.millrace.runservice.logs.LogReading;
import dev.millrace.runservice.logs.TaskLogs;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Logs of tasks: as plain bytes, or as server-sent events that can be resumed. */
final class LogRoutes {
  private final TaskLogs logs;

  LogRoutes(TaskLogs logs) {
    this.logs = logs;
  }

  void addTo(HttpApi api) {
    api.on("GET", RunRoutes.RUN + "/tasks/:task/logs", this::read);
  }

  private Reply read(Request request) {
    LogQuery query = query(request);
    LogReading reading = logs.open(query);
    boolean events = request.header("Accept").orElse("").contains(ServerSentEvents.CONTENT_TYPE);
    return events
        ? ServerSentEvents.reply(sse -> tell(reading, sse))
        : new Reply.Stream(
            200,
            "application/octet-stream",
            Map.of("Cache-Control", "no-store"),
            sink -> write(reading, query.follow(), sink));
  }

  private static void write(LogReading reading, boolean follow, Sink sink) throws Exception {
    sink.whenGone(Thread.currentThread()::interrupt);
    if (follow) {
      sink.flush();
    }
    reading.writeTo(new PlainLog(sink));
  }

  private static void tell(LogReading reading, ServerSentEvents sse) throws Exception {
    try {
      reading.writeTo(new LogEvents(sse));
      sse.sendJson(null, "end", Map.of());
    } catch (LogGapException e) {
      tell(e.problem(), sse);
    } catch (ProblemException e) {
      tell(e.problem(), sse);
    }
  }

  private static void tell(Problem problem, ServerSentEvents sse) throws Exception {
    sse.sendJson(
        null,
        "problem",
        Map.of(
            "status", problem.status(),
            "title", problem.title(),
            "code", problem.code(),
            "message", problem.message()));
  }

  private static LogQuery query(Request request) {
    long from = request.queryNumber("from", 0, 0, Long.MAX_VALUE);
    return new LogQuery(
        RunRoutes.id(request),
        request.param("task"),
        number(request, "attempt", 1),
        number(request, "step", 0),
        request.header("Last-Event-ID").map(LogRoutes::position).orElse(from),
        request.query("follow").filter(text -> !text.equals("false")).isPresent());
  }

  private static @Nullable Integer number(Request request, String name, int min) {
    long number = request.queryNumber(name, -1, min, Integer.MAX_VALUE);
    return number < 0 ? null : (int) number;
  }

  private static long position(String id) {
    try {
      long position = Long.parseLong(id);
      if (position >= 0) {
        return position;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw ProblemException.badRequest("the Last-Event-ID of a log is a number from 0 on");
  }
}
