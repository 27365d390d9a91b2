package dev.millrace.bus.ledger;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Command;
import dev.millrace.events.Partitions;
import java.util.concurrent.CompletionStage;

/** Publishes commands of one kind without waiting for their decision. Any thread. */
public final class CommandPublisher<C> implements AutoCloseable {
  private final LedgerKind<?, C, ?> kind;
  private final Appender appender;
  private final int partitions;

  public CommandPublisher(Bus bus, LedgerKind<?, C, ?> kind, String name) {
    this.kind = kind;
    this.appender = bus.appender(name);
    this.partitions = bus.partitions(kind.commands().name());
  }

  /** Completes when the command is on its topic; see {@link Appender#append} for failures. */
  public CompletionStage<Appended> publish(Command<C> command) {
    String key = kind.key().apply(command.body());
    return appender.append(
        new TopicPartition(kind.commands().name(), Partitions.of(key, partitions)),
        key,
        kind.commandCodec().write(command));
  }

  @Override
  public void close() {
    appender.close();
  }
}
