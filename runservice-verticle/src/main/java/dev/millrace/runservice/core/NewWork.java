package dev.millrace.runservice.core;

import dev.millrace.events.Command;
import dev.millrace.events.run.RunCommand;

/** Which commands ask for something new: those that are refused while nothing new is taken. */
public final class NewWork {
  private NewWork() {}

  /**
   * Whether it is new. What goes on with a run that was accepted is not, nor is what a recorded
   * delivery asks for, nor what ends a run: whoever waits for the last of them may hurry it.
   */
  public static boolean isNew(Command<RunCommand> command) {
    return switch (command.body()) {
      case RunCommand.CreateRuns create -> create.delivery() == null;
      case RunCommand.SetTaskAnnotations _,
          RunCommand.AddApprover _,
          RunCommand.DeleteRun _,
          RunCommand.DeleteLogs _ ->
          true;
      case RunCommand.StartRun _,
          RunCommand.CancelRun _,
          RunCommand.StopRun _,
          RunCommand.ApproveTask _,
          RunCommand.AssignTask _,
          RunCommand.UnassignTask _,
          RunCommand.ClaimTask _,
          RunCommand.ReportTask _,
          RunCommand.DeclareLost _ ->
          false;
    };
  }
}
