package dev.millrace.runservice.traces;

import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.run.RunCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands that were decided last, until the decision is read. Any thread. */
final class Notes {
  // More than are decided and unread at once, in all partitions.
  private static final int MOST = 65_536;

  private final Map<CommandId, RunCommand> commands =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CommandId, RunCommand> eldest) {
          return size() > MOST;
        }
      };

  /** Specifications of new runs are large, and the events tell what came of them. */
  synchronized void take(Command<RunCommand> command) {
    if (command.body() instanceof RunCommand.OfRun body) {
      commands.put(command.id(), body);
    }
  }

  /** The command of this id, which is forgotten with this; null if it was not noted. */
  synchronized @Nullable RunCommand remove(CommandId id) {
    return commands.remove(id);
  }
}
