package dev.millrace.events;

import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.LogRange;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunResult;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.StepReport;
import dev.millrace.events.run.StepStatus;
import dev.millrace.events.run.TaskOutcome;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskSpec.Condition;
import dev.millrace.events.run.TaskSpec.Dependency;
import dev.millrace.events.run.TaskSpec.Step;
import dev.millrace.events.run.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One of every message, with every field set somewhere. */
final class Samples {
  static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  static final RootGroup ROOT = RootGroup.of(new ProjectId("4f2a91"));
  static final RunId RUN = new RunId(ROOT, 7);
  static final UserId USER = new UserId("u81c");
  static final ProjectId PROJECT = new ProjectId("4f2a91");
  static final AttemptRef ATTEMPT = new AttemptRef(RUN, "unit tests", 1);
  static final ExecutorRef EXECUTOR = new ExecutorRef(new ExecutorId("executor-1"), "b7Xq02");
  static final LogRange LOG = new LogRange(11, 2000, 2041, 123456);

  private static final TaskSpec BUILD =
      new TaskSpec(
          "build",
          List.of(),
          Map.of("MODE", "fast"),
          "sub/folder",
          "/bin/bash -e",
          false,
          false,
          false,
          List.of(
              new Step.Clone("clone", 1, true),
              new Step.Run("make", "make all", Map.of("V", "1"), "src", "/bin/sh -e")));
  private static final TaskSpec DEPLOY =
      new TaskSpec(
          "deploy",
          List.of(
              new Dependency("build", List.of(Condition.on_success)),
              new Dependency("lint", List.of(Condition.on_failure, Condition.on_skipped))),
          Map.of(),
          null,
          null,
          true,
          true,
          true,
          List.of(new Step.Run("deploy", "./deploy", Map.of(), null, null)));
  static final RunSpec SPEC =
      new RunSpec(
          "ci",
          "/project/4f2a91/branch/feature%2Fx",
          Map.of("trigger", "push"),
          List.of(),
          Map.of("CI", "true"),
          Map.of("LEVEL", "3"),
          List.of(BUILD, DEPLOY));
  static final RunSpec BROKEN =
      new RunSpec(
          "ci",
          "/project/4f2a91/tag/v1",
          Map.of(),
          List.of(new SetupError(".millrace/config.yml:3:7", "unknown field \"stepps\"")),
          Map.of(),
          Map.of(),
          List.of());

  static final List<RunCommand> RUN_COMMANDS =
      List.of(
          new RunCommand.CreateRuns(ROOT, 41L, List.of(SPEC, BROKEN), ""),
          new RunCommand.StartRun(RUN),
          new RunCommand.CancelRun(RUN),
          new RunCommand.StopRun(RUN),
          new RunCommand.SetTaskAnnotations(RUN, "deploy", Map.of("ticket", "OPS-12")),
          new RunCommand.AddApprover(RUN, "deploy", USER),
          new RunCommand.ApproveTask(RUN, "deploy"),
          new RunCommand.AssignTask(ATTEMPT, EXECUTOR),
          new RunCommand.UnassignTask(ATTEMPT, EXECUTOR, "all slots are taken"),
          new RunCommand.ClaimTask(ATTEMPT, EXECUTOR),
          new RunCommand.ReportTask(
              ATTEMPT,
              EXECUTOR,
              List.of(
                  new StepReport(0, StepStatus.success, 0, LOG),
                  new StepReport(1, StepStatus.running, null, null)),
              new RunCommand.TaskEnd(TaskOutcome.timeout, "it took longer than 10 minutes")),
          new RunCommand.DeclareLost(ATTEMPT, EXECUTOR),
          new RunCommand.DeleteRun(RUN),
          new RunCommand.DeleteLogs(RUN, "deploy"));

  static final List<RunEvent> RUN_EVENTS =
      List.of(
          new RunEvent.DeliverySettled(ROOT, 41, List.of(RUN), "no configuration"),
          new RunEvent.RunCreated(RUN, SPEC),
          new RunEvent.RunStarted(RUN),
          new RunEvent.RunCancelled(RUN),
          new RunEvent.RunStopping(RUN),
          new RunEvent.RunResultSet(RUN, RunResult.failed),
          new RunEvent.RunFinished(RUN),
          new RunEvent.TaskWaitingApproval(RUN, "deploy"),
          new RunEvent.TaskReady(RUN, "build"),
          new RunEvent.TaskSkipped(RUN, "deploy"),
          new RunEvent.TaskCancelled(RUN, "build"),
          new RunEvent.TaskAnnotationsSet(RUN, "deploy", Map.of("approvers", "[\"u81c\"]")),
          new RunEvent.TaskApproved(RUN, "deploy"),
          new RunEvent.TaskAssigned(ATTEMPT, EXECUTOR),
          new RunEvent.TaskUnassigned(ATTEMPT, EXECUTOR, "not claimed within 30 s"),
          new RunEvent.TaskClaimed(ATTEMPT, EXECUTOR),
          new RunEvent.StepStarted(ATTEMPT, 0),
          new RunEvent.StepFinished(ATTEMPT, 0, StepStatus.failed, 137, LOG),
          new RunEvent.TaskFinished(
              ATTEMPT, TaskOutcome.lost, TaskStatus.failed, "executor executor-1 is lost"),
          new RunEvent.RunDeleted(RUN),
          new RunEvent.LogsDeleted(RUN, "deploy"));

  private static final String HASH =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  static final List<ConfigCommand> CONFIG_COMMANDS =
      List.of(
          new ConfigCommand.CreateUser("anna", true),
          new ConfigCommand.DeleteUser(USER),
          new ConfigCommand.CreateToken(USER, "laptop", HASH),
          new ConfigCommand.DeleteToken(USER, "laptop"),
          new ConfigCommand.CreateProject(USER, "demo", "hosted"),
          new ConfigCommand.DeleteProject(PROJECT));

  static final List<ConfigEvent> CONFIG_EVENTS =
      List.of(
          new ConfigEvent.UserCreated(USER, "anna", true),
          new ConfigEvent.UserDeleted(USER),
          new ConfigEvent.TokenCreated(USER, "laptop", HASH),
          new ConfigEvent.TokenDeleted(USER, "laptop"),
          new ConfigEvent.ProjectCreated(PROJECT, USER, "demo", "hosted"),
          new ConfigEvent.ProjectDeleted(PROJECT));

  /** The protocol's own records; the events in them do not matter. */
  static final Map<String, LedgerRecord<RunEvent>> PROTOCOL =
      Map.of(
          "writer-changed",
          new WriterChanged<>(3, "t8Kd", "runservice-1", 1, 16),
          "rejection",
          new Decided<>(
              "t8Kd",
              12,
              new Cause.OfCommand(90, new CommandId("c-5"), -77, AT, true),
              AT,
              new Outcome.Rejected(Code.WRONG_STATE, "run project/4f2a91/7 is queued"),
              List.of()),
          "unreadable",
          new Decided<>(
              "t8Kd",
              13,
              new Cause.OfCommand(91, null, 78, null, false),
              AT,
              new Outcome.Rejected(Code.UNREADABLE, "unknown type create-rums, version 1"),
              List.of()),
          "tick",
          new Decided<>(
              "t8Kd",
              14,
              new Cause.OfTick("project/4f2a91/7/build/1", AT),
              AT,
              Outcome.accepted(),
              List.of(new RunEvent.TaskUnassigned(ATTEMPT, EXECUTOR, "not claimed within 30 s"))),
          "trying",
          new Decided<>(
              "t8Kd", 15, new Cause.Trying(92, "runservice-1"), AT, Outcome.accepted(), List.of()));

  static final Map<String, Object> ASSIGNMENTS =
      Map.of(
          "start",
          new Assignment(Assignment.Kind.start, ATTEMPT, EXECUTOR, 11, 44, null),
          "stop",
          new Assignment(Assignment.Kind.stop, ATTEMPT, EXECUTOR, 11, 45, "the run is stopping"));

  static final ExecutorStatus STATUS =
      new ExecutorStatus(
          EXECUTOR,
          AT,
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          4,
          List.of(ATTEMPT),
          "default",
          "amd64",
          Map.of("disk", "ssd"),
          List.of("host", "dummy"),
          false);

  static final Map<String, Object> DELIVERIES =
      Map.of(
          "push",
          new Delivery(PROJECT, "refs/heads/main", "1".repeat(40), "2".repeat(40), USER, AT),
          "new",
          new Delivery(PROJECT, "refs/tags/v1", null, "2".repeat(40), null, AT),
          "deleted",
          new Delivery(PROJECT, "refs/heads/x", "1".repeat(40), null, USER, AT));

  private Samples() {}

  static <C> Command<C> command(C body) {
    return new Command<>(new CommandId("c-1"), AT, Actor.user(USER), true, 5L, body);
  }

  static <E> Decided<E> decided(E event) {
    return new Decided<>(
        "t8Kd",
        11,
        new Cause.OfCommand(89, new CommandId("c-1"), 123456, AT, true),
        AT,
        new Outcome.Accepted("project/4f2a91/7"),
        List.of(event));
  }
}
