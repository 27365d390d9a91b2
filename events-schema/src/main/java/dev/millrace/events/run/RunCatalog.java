package dev.millrace.events.run;

import dev.millrace.events.Catalog;

/** The wire names of commands and events about runs. Lines are only ever added. */
public final class RunCatalog {
  /** What may stand on {@code run-commands}. */
  public static final Catalog<RunCommand> COMMANDS =
      new Catalog<RunCommand>()
          .add("create-runs", 1, 1, RunCommand.CreateRuns.class)
          .add("start-run", 1, 1, RunCommand.StartRun.class)
          .add("cancel-run", 1, 1, RunCommand.CancelRun.class)
          .add("stop-run", 1, 1, RunCommand.StopRun.class)
          .add("set-task-annotations", 1, 1, RunCommand.SetTaskAnnotations.class)
          .add("add-approver", 1, 1, RunCommand.AddApprover.class)
          .add("approve-task", 1, 1, RunCommand.ApproveTask.class)
          .add("assign-task", 1, 1, RunCommand.AssignTask.class)
          .add("unassign-task", 1, 1, RunCommand.UnassignTask.class)
          .add("claim-task", 1, 1, RunCommand.ClaimTask.class)
          .add("report-task", 1, 1, RunCommand.ReportTask.class)
          .add("declare-lost", 1, 1, RunCommand.DeclareLost.class)
          .add("delete-run", 1, 1, RunCommand.DeleteRun.class)
          .add("delete-logs", 1, 1, RunCommand.DeleteLogs.class);

  /** What may stand on {@code run-events}. */
  public static final Catalog<RunEvent> EVENTS =
      new Catalog<RunEvent>()
          .add("delivery-settled", 1, 1, RunEvent.DeliverySettled.class)
          .add("run-created", 1, 1, RunEvent.RunCreated.class)
          .add("run-started", 1, 1, RunEvent.RunStarted.class)
          .add("run-cancelled", 1, 1, RunEvent.RunCancelled.class)
          .add("run-stopping", 1, 1, RunEvent.RunStopping.class)
          .add("run-result-set", 1, 1, RunEvent.RunResultSet.class)
          .add("run-finished", 1, 1, RunEvent.RunFinished.class)
          .add("task-waiting-approval", 1, 1, RunEvent.TaskWaitingApproval.class)
          .add("task-ready", 1, 1, RunEvent.TaskReady.class)
          .add("task-skipped", 1, 1, RunEvent.TaskSkipped.class)
          .add("task-cancelled", 1, 1, RunEvent.TaskCancelled.class)
          .add("task-annotations-set", 1, 1, RunEvent.TaskAnnotationsSet.class)
          .add("task-approved", 1, 1, RunEvent.TaskApproved.class)
          .add("task-assigned", 1, 1, RunEvent.TaskAssigned.class)
          .add("task-unassigned", 1, 1, RunEvent.TaskUnassigned.class)
          .add("task-claimed", 1, 1, RunEvent.TaskClaimed.class)
          .add("step-started", 1, 1, RunEvent.StepStarted.class)
          .add("step-finished", 1, 1, RunEvent.StepFinished.class)
          .add("task-finished", 1, 1, RunEvent.TaskFinished.class)
          .add("run-deleted", 1, 1, RunEvent.RunDeleted.class)
          .add("logs-deleted", 1, 1, RunEvent.LogsDeleted.class);

  /** The language that this build can write; see {@link dev.millrace.events.LedgerRecord}. */
  public static final int LANGUAGE = 1;

  private RunCatalog() {}
}
