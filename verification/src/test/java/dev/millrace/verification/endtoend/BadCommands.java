package dev.millrace.verification.endtoend;

import dev.millrace.events.Actor;
import dev.millrace.events.Catalog;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigCatalog;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands that are wrong, of every type that there is, and how each is to be rejected. */
final class BadCommands {
  private static final RootGroup ROOT = RootGroup.of(new ProjectId("nowhere"));
  private static final RunId RUN = new RunId(ROOT, 1);
  private static final AttemptRef ATTEMPT = new AttemptRef(RUN, "t", 1);
  private static final ExecutorRef EXECUTOR = new ExecutorRef(new ExecutorId("nobody"), "i1");
  private static final UserId NOBODY = new UserId("nobody");
  private static final String NO_RUN = "there is no run project/nowhere/1";
  private static final String NO_USER = "there is no user nobody";
  private static final Actor SYSTEM = Actor.system("test");

  private BadCommands() {}

  /**
   * One of them.
   *
   * @param key of the record
   * @param told code, space, sentence
   */
  record Bad(String name, String key, byte[] record, String told) {}

  /** About runs, tasks, attempts and executors that do not exist. */
  private static Map<RunCommand, String> runs() {
    return Map.ofEntries(
        Map.entry(
            new RunCommand.CreateRuns(ROOT, null, List.of(), ""),
            "invalid there is no run to create"),
        Map.entry(new RunCommand.StartRun(RUN), "not-found " + NO_RUN),
        Map.entry(new RunCommand.CancelRun(RUN), "not-found " + NO_RUN),
        Map.entry(new RunCommand.StopRun(RUN), "not-found " + NO_RUN),
        Map.entry(
            new RunCommand.SetTaskAnnotations(RUN, "t", Map.of("a", "b")), "not-found " + NO_RUN),
        Map.entry(new RunCommand.AddApprover(RUN, "t", NOBODY), "not-found " + NO_RUN),
        Map.entry(new RunCommand.ApproveTask(RUN, "t"), "not-found " + NO_RUN),
        Map.entry(new RunCommand.AssignTask(ATTEMPT, EXECUTOR), "not-found " + NO_RUN),
        Map.entry(new RunCommand.UnassignTask(ATTEMPT, EXECUTOR, "why"), "not-found " + NO_RUN),
        Map.entry(new RunCommand.ClaimTask(ATTEMPT, EXECUTOR), "not-found " + NO_RUN),
        Map.entry(
            new RunCommand.ReportTask(
                ATTEMPT, EXECUTOR, List.of(), new RunCommand.TaskEnd(TaskOutcome.success, "")),
            "not-found " + NO_RUN),
        Map.entry(new RunCommand.DeclareLost(ATTEMPT, EXECUTOR), "not-found " + NO_RUN),
        Map.entry(new RunCommand.DeleteRun(RUN), "not-found " + NO_RUN),
        Map.entry(new RunCommand.DeleteLogs(RUN, "t"), "not-found " + NO_RUN));
  }

  /** The first component that a command of this type needs: what is missing in an empty one. */
  private static final Map<String, String> FIRST =
      Map.ofEntries(
          Map.entry("create-runs", "root"),
          Map.entry("start-run", "run"),
          Map.entry("cancel-run", "run"),
          Map.entry("stop-run", "run"),
          Map.entry("set-task-annotations", "run"),
          Map.entry("add-approver", "run"),
          Map.entry("approve-task", "run"),
          Map.entry("assign-task", "attempt"),
          Map.entry("unassign-task", "attempt"),
          Map.entry("claim-task", "attempt"),
          Map.entry("report-task", "attempt"),
          Map.entry("declare-lost", "attempt"),
          Map.entry("delete-run", "run"),
          Map.entry("delete-logs", "run"),
          Map.entry("create-user", "name"),
          Map.entry("delete-user", "user"),
          Map.entry("create-token", "user"),
          Map.entry("delete-token", "user"),
          Map.entry("create-project", "owner"),
          Map.entry("delete-project", "project"));

  private static Map<ConfigCommand, String> config() {
    return Map.of(
        new ConfigCommand.CreateUser("..", false),
        "invalid a user cannot be called \"..\": a name is 1 to 40 letters, digits and single"
            + " dashes inside, and starts with a letter",
        new ConfigCommand.DeleteUser(NOBODY),
        "not-found " + NO_USER,
        new ConfigCommand.CreateToken(NOBODY, "t", "0".repeat(64)),
        "not-found " + NO_USER,
        new ConfigCommand.DeleteToken(NOBODY, "t"),
        "not-found " + NO_USER,
        new ConfigCommand.CreateProject(NOBODY, "p", "hosted"),
        "not-found " + NO_USER,
        new ConfigCommand.DeleteProject(new ProjectId("nowhere")),
        "not-found there is no project nowhere");
  }

  static List<Bad> aboutRuns(Published.Writer<RunCommand> writer) {
    return all(RunCatalog.COMMANDS, runs(), ROOT.toString(), writer);
  }

  static List<Bad> aboutConfiguration(Published.Writer<ConfigCommand> writer) {
    return all(ConfigCatalog.COMMANDS, config(), "config", writer);
  }

  private static <C> List<Bad> all(
      Catalog<C> catalog, Map<C, String> unknown, String key, Published.Writer<C> writer) {
    List<Bad> all = new ArrayList<>();
    Set<String> covered = new LinkedHashSet<>();
    unknown.forEach(
        (command, told) -> {
          String type = catalog.entry(command).type();
          covered.add(type);
          all.add(
              new Bad(
                  type + " about what is not there",
                  key,
                  writer.write(
                      new Command<>(
                          new CommandId("bad-" + type),
                          Instant.now(),
                          SYSTEM,
                          true,
                          null,
                          command)),
                  told));
        });
    for (var entry : catalog.entries()) {
      if (!covered.contains(entry.type())) {
        throw new AssertionError("say in BadCommands how a wrong " + entry.type() + " is rejected");
      }
      all.addAll(unreadable(entry.type(), key));
    }
    all.addAll(nonsense(key));
    return all;
  }

  private static List<Bad> unreadable(String type, String key) {
    String first = FIRST.get(type);
    return List.of(
        new Bad(
            type + " with nothing in it",
            key,
            record("{\"type\": \"%s\", \"v\": 1}".formatted(type)),
            "unreadable %s: %s is missing".formatted(type, first)),
        new Bad(
            type + " of a version to come",
            key,
            record("{\"type\": \"%s\", \"v\": 99}".formatted(type)),
            "unreadable unknown type %s, version 99".formatted(type)));
  }

  private static List<Bad> nonsense(String key) {
    return List.of(
        new Bad(
            "an unknown type",
            key,
            record("{\"type\": \"explode\", \"v\": 1}"),
            "unreadable unknown type explode, version 1"),
        new Bad(
            "no type",
            key,
            record("{}"),
            "unreadable a message has a type (text) and a v (number)"),
        new Bad(
            "no command",
            key,
            bytes("{\"id\": \"x\"}"),
            "unreadable a command has an id, made, actor and command"),
        new Bad(
            "a list", key, bytes("[]"), "unreadable a command has an id, made, actor and command"),
        new Bad(
            "nothing", key, new byte[0], "unreadable a command has an id, made, actor and command"),
        new Bad(
            "no JSON",
            key,
            bytes("{"),
            "unreadable Unexpected end-of-input: expected close marker for Object"),
        new Bad(
            "control characters",
            key,
            new byte[] {1, 2, 3},
            "unreadable Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r,"
                + " \\n, \\t) is allowed between tokens"),
        new Bad(
            "more than 1 MiB",
            key,
            record("{\"type\": \"%s\"}".formatted("x".repeat(1 << 20))),
            "too-large the command is too large"));
  }

  /** A command that is to be accepted: it creates one run without tasks. */
  static byte[] good(String id, Instant made) {
    return bytes(
        """
        {"id": "%s", "made": "%s", "actor": {"kind": "system", "id": "test"}, "waited": true,
         "command": {"type": "create-runs", "v": 1, "root": "project/nowhere", "reason": "",
                     "runs": [{"name": "x", "group": "/project/nowhere/direct"}]}}
        """
            .formatted(id, made.truncatedTo(ChronoUnit.MILLIS)));
  }

  private static byte[] record(String command) {
    return bytes(
        """
        {"id": "bad", "made": "%s", "actor": {"kind": "system", "id": "test"}, "command": %s}
        """
            .formatted(Instant.now().truncatedTo(ChronoUnit.MILLIS), command));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
