package dev.millrace.verification.simulation;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bus as one process has it: what comes back is heard when the process is awake. It can end the
 * process in the midst of a call, and be cut off from the broker.
 */
final class SimulatedBus implements Bus {
  final SimulatedBroker broker;
  private final boolean ofProcess;
  private final List<SimulatedBroker.Channel> channels = new ArrayList<>();
  private final List<Runnable> heard = new ArrayList<>();
  private final List<BiConsumer<TopicPartition, byte[]>> appendTaps = new ArrayList<>();
  private final List<BiConsumer<TopicPartition, byte[]>> acknowledgeTaps = new ArrayList<>();
  final List<BiConsumer<TopicPartition, byte[]>> readTaps = new ArrayList<>();
  Predicate<LogRecord> passedOver = _ -> false;
  Function<LogRecord, List<LogRecord>> readAs = List::of;
  private Predicate<TopicPartition> seenEmpty = _ -> false;
  private int operationsToLive = Integer.MAX_VALUE;
  private long cutOffUntil = Long.MIN_VALUE;
  private boolean failuresHidden;
  private boolean blocking;
  private @Nullable Storage storage;

  /** Its signs of life land at any time, if at all. */
  boolean signsLate;

  private boolean dead;

  private SimulatedBus(SimulatedBroker broker, boolean ofProcess) {
    this.broker = broker;
    this.ofProcess = ofProcess;
  }

  /** For somebody who is always awake. */
  static SimulatedBus of(SimulatedBroker broker) {
    return new SimulatedBus(broker, false);
  }

  /** For a process, which calls {@link #deliver} when it is awake. */
  static SimulatedBus ofProcess(SimulatedBroker broker) {
    return new SimulatedBus(broker, true);
  }

  /** Whoever asks for an end waits for it, which here takes no time. */
  SimulatedBus blocking() {
    blocking = true;
    return this;
  }

  /** As the other one; whoever waits for records waits by the clock of the storage. */
  SimulatedBus blocking(Storage by) {
    storage = by;
    return blocking();
  }

  /** Nothing came for so long. */
  void waited(Duration wait) {
    if (storage != null) {
      broker.time.advance(Storage.slower(wait));
    }
  }

  /** Ends the process after so many more calls. */
  void dieAfter(int operations) {
    operationsToLive = operations;
  }

  /** The broker cannot be reached until then. */
  void cutOff(long until) {
    cutOffUntil = until;
  }

  boolean isCutOff() {
    return cutOffUntil > broker.time.nanos() && !broker.chaos.isOver();
  }

  void onAppend(BiConsumer<TopicPartition, byte[]> tap) {
    appendTaps.add(tap);
  }

  void onAcknowledge(BiConsumer<TopicPartition, byte[]> tap) {
    acknowledgeTaps.add(tap);
  }

  void onRead(BiConsumer<TopicPartition, byte[]> tap) {
    readTaps.add(tap);
  }

  /** From now on appends never fail, as far as can be seen from here. */
  void hideFailures() {
    failuresHidden = true;
  }

  /** From now on such records are never read. */
  void passOver(Predicate<LogRecord> what) {
    passedOver = what;
  }

  /** From now on records are read as others. */
  void readAs(Function<LogRecord, List<LogRecord>> what) {
    readAs = what;
  }

  /** From now on such partitions seem to be empty to whoever asks for their end. */
  void seeEmpty(Predicate<TopicPartition> what) {
    seenEmpty = what;
  }

  /** Hears all that has come back. */
  void deliver() {
    List<Runnable> all = List.copyOf(heard);
    heard.clear();
    all.forEach(Runnable::run);
  }

  /** The process is gone. */
  void die() {
    dead = true;
    heard.clear();
    channels.forEach(channel -> broker.close(channel, Fault.APPEND_LANDS_AFTER_DEATH));
  }

  void live() {
    if (operationsToLive-- <= 0) {
      throw new ProcessDeath();
    }
  }

  private <T> CompletableFuture<T> heard(CompletableFuture<T> from) {
    if (!ofProcess) {
      return from;
    }
    var to = new CompletableFuture<T>();
    var _ =
        from.whenComplete(
            (value, failure) ->
                heard.add(
                    () -> {
                      var _ =
                          failure == null ? to.complete(value) : to.completeExceptionally(failure);
                    }));
    return to;
  }

  @Override
  public int partitions(String topic) {
    return broker.partitions(topic);
  }

  @Override
  public Appender appender(String name) {
    if (!dead) {
      live();
    }
    var channel = broker.open(this);
    if (dead) {
      broker.close(channel, Fault.APPEND_LANDS_AFTER_DEATH);
    } else {
      channels.add(channel);
    }
    return new SimulatedAppender(channel);
  }

  @Override
  public Follower follower(String name) {
    return new SimulatedFollower(this);
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    live();
    if (blocking) {
      return broker.chaos.strikes(Fault.EXTENT_FAILS) || isCutOff()
          ? CompletableFuture.failedStage(new BusException("unreachable", null))
          : CompletableFuture.completedStage(broker.log(partition).extent());
    }
    if (seenEmpty.test(partition)) {
      return CompletableFuture.completedStage(new Extent(0, 0));
    }
    return heard(broker.extent(partition, this));
  }

  @Override
  public CompletionStage<Long> firstSince(TopicPartition partition, Instant time) {
    live();
    if (isCutOff() || broker.chaos.strikes(Fault.EXTENT_FAILS)) {
      return CompletableFuture.failedStage(new BusException("unreachable", null));
    }
    return CompletableFuture.completedStage(
        broker.log(partition).firstSince(Storage.brokerTime(time)));
  }

  @Override
  public CompletionStage<Void> trim(TopicPartition partition, long before) {
    live();
    if (isCutOff() || broker.chaos.strikes(Fault.TRIM_FAILS)) {
      return CompletableFuture.failedStage(new BusException("unreachable", null));
    }
    broker.log(partition).trim(before);
    if (storage != null) {
      storage.world.stored.trimmed(partition);
    }
    live();
    return broker.chaos.strikes(Fault.TRIMMED_BUT_NOT_SAID)
        ? CompletableFuture.failedStage(new BusException("no answer", null))
        : CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> contact() {
    return isCutOff()
        ? CompletableFuture.failedStage(new BusException("unreachable", null))
        : CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {
    die();
  }

  private final class SimulatedAppender implements Appender {
    private final SimulatedBroker.Channel channel;

    SimulatedAppender(SimulatedBroker.Channel channel) {
      this.channel = channel;
    }

    @Override
    public CompletionStage<Appended> append(
        TopicPartition partition, @Nullable String key, byte[] value) {
      if (channel.closed) {
        return CompletableFuture.failedStage(new BusException("closed", null));
      }
      live();
      var stage = new CompletableFuture<Appended>();
      channel.flights.add(new SimulatedBroker.Flight(partition, key, value, stage));
      appendTaps.forEach(tap -> tap.accept(partition, value));
      live();
      var seen = new CompletableFuture<Appended>();
      var _ =
          stage.whenComplete(
              (appended, failure) -> {
                if (failure == null) {
                  acknowledgeTaps.forEach(tap -> tap.accept(partition, value));
                  seen.complete(appended);
                } else if (!failuresHidden) {
                  seen.completeExceptionally(failure);
                }
              });
      return heard(seen);
    }

    @Override
    public void close() {
      broker.close(channel, Fault.APPEND_LANDS_AFTER_CLOSE);
      channels.remove(channel);
    }
  }
}
