package dev.millrace.verification.simulation;

import dev.millrace.bus.Appended;
import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The bus as one process has it. It can end the process in the midst of a call. */
final class SimulatedBus implements Bus {
  private final SimulatedBroker broker;
  private final List<SimulatedBroker.Channel> channels = new ArrayList<>();
  private final List<BiConsumer<TopicPartition, byte[]>> appendTaps = new ArrayList<>();
  private final List<BiConsumer<TopicPartition, byte[]>> acknowledgeTaps = new ArrayList<>();
  private final List<BiConsumer<TopicPartition, byte[]>> readTaps = new ArrayList<>();
  private int operationsToLive = Integer.MAX_VALUE;
  private Predicate<LogRecord> passedOver = _ -> false;
  private boolean failuresHidden;

  SimulatedBus(SimulatedBroker broker) {
    this.broker = broker;
  }

  /** Ends the process after so many more calls. */
  void dieAfter(int operations) {
    operationsToLive = operations;
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

  /** The process is gone. */
  void die() {
    channels.forEach(channel -> broker.close(channel, Fault.APPEND_LANDS_AFTER_DEATH));
  }

  private void live() {
    if (operationsToLive-- <= 0) {
      throw new ProcessDeath();
    }
  }

  @Override
  public int partitions(String topic) {
    return broker.partitions(topic);
  }

  @Override
  public Appender appender(String name) {
    live();
    var channel = broker.open();
    channels.add(channel);
    return new SimulatedAppender(channel);
  }

  @Override
  public Follower follower(String name) {
    return new SimulatedFollower();
  }

  @Override
  public CompletionStage<Extent> extent(TopicPartition partition) {
    live();
    return broker.extent(partition);
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
      live();
      var stage = new CompletableFuture<Appended>();
      if (channel.closed) {
        stage.completeExceptionally(new BusException("closed", null));
        return stage;
      }
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
      return seen;
    }

    @Override
    public void close() {
      broker.close(channel, Fault.APPEND_LANDS_AFTER_CLOSE);
      channels.remove(channel);
    }
  }

  private final class SimulatedFollower implements Follower {
    private final Map<TopicPartition, Place> places = new LinkedHashMap<>();

    private static final class Place {
      long position;
      int cuts;
      long lagsUntil;
    }

    @Override
    public void assign(TopicPartition partition, long offset) {
      live();
      // As Kafka does, a position that was there already keeps the leader epoch it was read in.
      var place = places.computeIfAbsent(partition, _ -> fresh(partition));
      if (offset > place.position) {
        place.cuts = broker.log(partition).cuts.size();
      }
      place.position = offset;
    }

    private Place fresh(TopicPartition partition) {
      var place = new Place();
      place.cuts = broker.log(partition).cuts.size();
      return place;
    }

    @Override
    public void unassign(TopicPartition partition) {
      places.remove(partition);
    }

    @Override
    public List<LogRecord> poll(Duration wait) {
      live();
      List<LogRecord> found = new ArrayList<>();
      places.forEach(this::check);
      for (var each : places.entrySet()) {
        read(each.getKey(), each.getValue(), found);
      }
      return found;
    }

    private void check(TopicPartition partition, Place place) {
      SimulatedLog log = broker.log(partition);
      if (lags(place)) {
        return;
      }
      for (; place.cuts < log.cuts.size(); place.cuts++) {
        if (place.position > log.cuts.get(place.cuts)) {
          throw new OffsetOutOfRangeException(partition, place.position);
        }
      }
      if (place.position > log.extent().end()) {
        throw new OffsetOutOfRangeException(partition, place.position);
      }
    }

    private boolean lags(Place place) {
      return place.lagsUntil > broker.time.nanos() && !broker.chaos.isOver();
    }

    private void read(TopicPartition partition, Place place, List<LogRecord> found) {
      SimulatedLog log = broker.log(partition);
      if (lags(place) || log.records.ceilingKey(place.position) == null) {
        return;
      }
      if (broker.chaos.strikes(Fault.READER_LAGS)) {
        place.lagsUntil = broker.time.nanos() + broker.chaos.upTo(1_500) * 1_000_000L;
        return;
      }
      int most = 1 + broker.chaos.upTo(20);
      for (LogRecord record : log.records.tailMap(place.position, true).values()) {
        if (most-- == 0) {
          return;
        }
        place.position = record.offset() + 1;
        if (!passedOver.test(record)) {
          found.add(record);
        }
        readTaps.forEach(tap -> tap.accept(partition, record.value()));
      }
    }

    @Override
    public long position(TopicPartition partition) {
      Place place = places.get(partition);
      if (place == null) {
        throw new IllegalStateException(partition + " is not assigned");
      }
      return place.position;
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {
      places.clear();
    }
  }
}
