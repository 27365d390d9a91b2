package dev.millrace.runservice;

import dev.millrace.http.HttpApi;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Reply.Sink;
import dev.millrace.http.Request;
import dev.millrace.http.ServerSentEvents;
import dev.millrace.http.UpToDate;
import dev.millrace.runservice.feed.RunFeed;
import dev.millrace.runservice.logs.LogGapException;
import dev.millrace.runservice.logs.LogPart;
import dev.millrace.runservice.logs.LogQuery;
import dev.millrace.runservice.logs.LogReading;
import dev.millrace.runservice.logs.TaskLogs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Logs of tasks: as plain bytes, or as server-sent events that can be resumed. */
final class LogRoutes {
  private static final long MOST = 1L << 53; // as many lines as there may be
  private final TaskLogs logs;
  private final RunFeed feed;
  private final UpToDate upToDate;

  LogRoutes(TaskLogs logs, RunFeed feed, UpToDate upToDate) {
    this.logs = logs;
    this.feed = feed;
    this.upToDate = upToDate;
  }

  void addTo(HttpApi api) {
    api.on("GET", RunRoutes.RUN + "/tasks/:task/logs", this::readUpToDate);
  }

  private Reply readUpToDate(Request request) throws Exception {
    int partition = feed.partition(RunRoutes.id(request).root());
    return upToDate.answer(request, Set.of(partition), this::read);
  }

  private Reply read(Request request) throws Exception {
    LogQuery query = query(request);
    boolean gzip = wantsGzip(request, query);
    LogReading reading = logs.open(query);
    Map<String, String> headers = new LinkedHashMap<>(Map.of("Cache-Control", "no-store"));
    headers.put("Millrace-Log-Position", Long.toString(begin(reading)));
    if (reading.attempt() != null) {
      headers.put("Millrace-Log-Attempt", reading.attempt().toString());
    }
    if (request.header("Accept").orElse("").contains(ServerSentEvents.CONTENT_TYPE)) {
      return ServerSentEvents.reply(sse -> tell(reading, sse));
    }
    String type = "application/octet-stream";
    switch (download(request)) {
      case GZIP -> type = "application/gzip";
      case TEXT, NO -> {
        headers.put("Vary", "Accept-Encoding");
        if (gzip) {
          headers.put("Content-Encoding", "gzip");
        }
      }
    }
    return new Reply.Stream(200, type, headers, sink -> write(reading, query.follow(), gzip, sink));
  }

  private enum Download {
    NO,
    TEXT,
    GZIP
  }

  private static Download download(Request request) {
    return switch (request.query("download").orElse("no")) {
      case "no" -> Download.NO;
      case "text" -> Download.TEXT;
      case "gzip" -> Download.GZIP;
      default -> throw ProblemException.badRequest("download is text or gzip");
    };
  }

  /** What is followed is not compressed: it is to be seen at once. */
  private static boolean wantsGzip(Request request, LogQuery query) {
    boolean download = download(request) == Download.GZIP;
    if (download && query.follow()) {
      throw ProblemException.badRequest("what is followed cannot be downloaded with gzip");
    }
    return download
        || (!query.follow() && request.header("Accept-Encoding").orElse("").contains("gzip"));
  }

  private static long begin(LogReading reading) throws Exception {
    try {
      return reading.begin();
    } catch (LogGapException e) {
      throw new ProblemException(e.problem());
    }
  }

  private static void write(LogReading reading, boolean follow, boolean gzip, Sink sink)
      throws Exception {
    sink.whenGone(Thread.currentThread()::interrupt);
    if (follow) {
      sink.flush();
    }
    var log = new PlainLog(sink, gzip);
    try {
      reading.writeTo(log);
    } catch (LogGapException e) {
      throw new ProblemException(e.problem());
    }
    log.finish();
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
    return new LogQuery(
        RunRoutes.id(request),
        request.param("task"),
        number(request, "attempt", 1),
        number(request, "step", 0),
        part(request),
        follow(request));
  }

  private static boolean follow(Request request) {
    return request.query("follow").filter(text -> !text.equals("false")).isPresent();
  }

  /** Who comes back goes on where he was, up to where he wanted to. */
  private static LogPart part(Request request) {
    LogPart asked = asked(request);
    Long last = request.header("Last-Event-ID").map(LogRoutes::position).orElse(null);
    return last == null ? asked : new LogPart.Rest(asked, last);
  }

  private static LogPart asked(Request request) {
    List<String> given =
        Stream.of("from", "line", "tail").filter(name -> request.query(name).isPresent()).toList();
    if (given.size() > 1) {
      throw ProblemException.badRequest(String.join(" and ", given) + " exclude each other");
    }
    if (request.query("lines").isPresent()
        && (request.query("line").isEmpty() || follow(request))) {
      throw ProblemException.badRequest("lines is how many from line on, and not with follow");
    }
    if (request.query("to").isPresent() && (given.contains("line") || given.contains("tail"))) {
      throw ProblemException.badRequest("to is a position of bytes, as from is");
    }
    if (request.query("line").isPresent()) {
      return new LogPart.Lines(
          request.queryNumber("line", 1, 1, MOST),
          request.queryNumber("lines", Long.MAX_VALUE, 0, MOST));
    } else if (request.query("tail").isPresent()) {
      return new LogPart.Tail(request.queryNumber("tail", 0, 0, MOST));
    }
    return new LogPart.Bytes(
        request.queryNumber("from", 0, 0, Long.MAX_VALUE),
        request.queryNumber("to", Long.MAX_VALUE, 0, Long.MAX_VALUE));
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
