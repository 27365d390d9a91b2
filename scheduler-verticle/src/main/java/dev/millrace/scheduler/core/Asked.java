package dev.millrace.scheduler.core;

import dev.millrace.events.CommandId;
import dev.millrace.events.run.RunCommand;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Commands that were sent and whose decision has not been seen. */
final class Asked {
  private final long patience;
  private final Supplier<String> ids;
  private final Map<RunCommand, CommandId> open = new HashMap<>();
  private final Map<CommandId, RunCommand> byId = new HashMap<>();
  // Every command waits equally long, so this is in order of time.
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();

  private record Sent(long until, CommandId id, RunCommand command) {}

  Asked(long patience, Supplier<String> ids) {
    this.patience = patience;
    this.ids = ids;
  }

  boolean isOpen(RunCommand command) {
    return open.containsKey(command);
  }

  Action.Send send(RunCommand command, long now) {
    var id = new CommandId(ids.get());
    open.put(command, id);
    byId.put(id, command);
    sent.add(new Sent(now + patience, id, command));
    return new Action.Send(id, command);
  }

  /** A command was decided; returns it if it was one of these. */
  @Nullable RunCommand decided(CommandId id) {
    RunCommand command = byId.remove(id);
    if (command != null) {
      open.remove(command, id);
    }
    return command;
  }

  /** Nobody needs the answer any more. */
  void forget(RunCommand command) {
    CommandId id = open.remove(command);
    if (id != null) {
      byId.remove(id);
    }
  }

  /**
   * The next command whose time is over, whatever was decided meanwhile: what it was sent for has
   * to be looked at again.
   */
  @Nullable RunCommand overdue(long now) {
    Sent first = sent.peek();
    if (first == null || first.until - now > 0) {
      return null;
    }
    sent.remove();
    decided(first.id);
    return first.command;
  }

  /** When there is something overdue at the earliest. */
  long nextDue(long now) {
    return sent.isEmpty() ? Long.MAX_VALUE : sent.element().until - now;
  }

  int open() {
    return open.size();
  }
}
