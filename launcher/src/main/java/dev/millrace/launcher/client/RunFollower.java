package dev.millrace.launcher.client;

import dev.millrace.http.EventReader;
import dev.millrace.http.ProblemException;
import dev.millrace.http.UnreachableException;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Prints what a run does until it has ended: the logs of its tasks as they grow, and what people
 * have to know. Used by one thread.
 */
public final class RunFollower {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int TRIES = 60;

  private final Api api;
  private final RunRef run;
  private final Screen screen;
  private final LogForm form;
  private final Map<String, Thread> tails = new LinkedHashMap<>();
  private @Nullable String position;
  private boolean ended;

  RunFollower(Api api, RunRef run, Screen screen, LogForm form) {
    this.api = api;
    this.run = run;
    this.screen = screen;
    this.form = form;
  }

  /** A follower that prints lines for people. */
  public static RunFollower of(Api api, String project, long number, Screen screen) {
    return new RunFollower(api, new RunRef(project, number), screen, LogForm.LINES);
  }

  /** Returns when the run has ended, with one of {@link Exit}. */
  public int follow() throws InterruptedException {
    int failures = 0;
    while (!ended) {
      try (EventReader events = api.events(run.path() + "/events", position)) {
        failures = 0;
        hearAll(events);
      } catch (IOException | UnreachableException e) {
        // The server may be starting again: go on after what was heard.
        if (++failures > TRIES) {
          throw new UnreachableException("cannot follow " + run + ": " + e.getMessage(), e);
        }
        Thread.sleep(PAUSE);
      }
    }
    for (Thread tail : tails.values()) {
      tail.join();
    }
    return summary(api.get(run.path()));
  }

  /** Until the run has ended, or the connection: after the last event no other would come. */
  private void hearAll(EventReader events) throws IOException {
    while (!ended) {
      EventReader.Event event = events.next();
      if (event == null) {
        return;
      }
      position = event.id() == null ? position : event.id();
      hear(event.event(), ClientCommand.JSON.readTree(event.data()));
    }
  }

  private void hear(String event, JsonNode data) {
    if (event.equals("run")) {
      for (JsonNode task : data.path("tasks")) {
        if (!task.path("attempts").isEmpty()) {
          tail(task.path("name").asString());
        } else if (task.path("waiting_approval").asBoolean(false)) {
          waits(task.path("name").asString());
        }
      }
      ended = isEnd(data.path("phase").asString(""));
    } else if (event.equals("decision")) {
      data.path("events").forEach(this::happened);
    }
  }

  private static boolean isEnd(String phase) {
    return !phase.equals("queued") && !phase.equals("running");
  }

  private void happened(JsonNode event) {
    switch (event.path("type").asString("")) {
      case "run-started" -> note("started");
      case "task-claimed" -> tail(event.path("attempt").path("task").asString());
      case "task-waiting-approval" -> waits(event.path("task").asString());
      case "task-skipped" -> note("task " + event.path("task").asString() + " is skipped");
      case "run-finished", "run-cancelled" -> ended = true;
      default -> {} // to be seen in the log, or by run show
    }
  }

  private void waits(String task) {
    note("task %s waits for approval: millrace run approve %s %s".formatted(task, run, task));
  }

  private void note(String text) {
    if (form != LogForm.JSON) {
      screen.err().println(screen.in(Screen.Colour.FAINT, run + ": " + text));
    }
  }

  private void tail(String task) {
    tails.computeIfAbsent(
        task, name -> Thread.ofVirtual().name("log-" + name).start(() -> print(name)));
  }

  private void print(String task) {
    LogForm.Printer printer = form.printer(task, screen);
    try {
      new LogTail(api, run.task(task) + "/logs?follow=true").read(printer);
      printer.end();
    } catch (IOException | UnreachableException | ProblemException e) {
      note("the log of task " + task + " breaks off: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private int summary(JsonNode shown) {
    String phase = shown.path("phase").asString("");
    String result = phase.equals("finished") ? shown.path("result").asString("") : phase;
    if (form != LogForm.JSON) {
      for (JsonNode error : shown.path("setup_errors")) {
        screen
            .err()
            .println(
                RunText.line(error.path("place").asString(""))
                    + ": "
                    + RunText.line(error.path("message").asString("")));
      }
      screen.err().printf("run %s ended: %s%n", run, screen.state(result));
    }
    return result.equals("success") ? Exit.OK : Exit.NOT_SUCCESSFUL;
  }
}
