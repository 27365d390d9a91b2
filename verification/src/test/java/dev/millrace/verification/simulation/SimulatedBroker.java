package dev.millrace.verification.simulation;

import dev.millrace.bus.Appended;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The broker, and the network to it. Nothing happens but in {@link #step}. */
final class SimulatedBroker {
  private static final byte[] WRITER_CHANGED =
      "{\"kind\":\"writer-changed\"".getBytes(StandardCharsets.UTF_8);

  final Chaos chaos;
  final VirtualTime time;

  /** Until then somebody may be behind in reading signs of life. */
  long signsReadLateUntil = Long.MIN_VALUE;

  /** How many records have landed, but for signs of life, which come as long as time passes. */
  long landed;

  private final Map<String, Integer> topics = new HashMap<>();
  private final Map<TopicPartition, SimulatedLog> logs = new LinkedHashMap<>();
  private final List<Channel> channels = new ArrayList<>();
  private final List<Flight> strays = new ArrayList<>();
  private final List<Delayed> delayed = new ArrayList<>();
  private final List<Consumer<LogRecord>> watchers = new ArrayList<>();

  /** What is under way from one appender, in order. */
  static final class Channel {
    final Deque<Flight> flights = new ArrayDeque<>();
    final SimulatedBus owner;
    boolean closed;

    Channel(SimulatedBus owner) {
      this.owner = owner;
    }
  }

  record Flight(
      TopicPartition to, @Nullable String key, byte[] value, CompletableFuture<Appended> stage) {}

  private record Delayed(long due, Runnable what) {}

  SimulatedBroker(Chaos chaos, VirtualTime time) {
    this.chaos = chaos;
    this.time = time;
  }

  void create(String topic, int partitions) {
    topics.put(topic, partitions);
    for (int p = 0; p < partitions; p++) {
      var partition = new TopicPartition(topic, p);
      logs.put(partition, new SimulatedLog(partition));
    }
  }

  int partitions(String topic) {
    Integer count = topics.get(topic);
    if (count == null) {
      throw new BusException("no topic " + topic, null);
    }
    return count;
  }

  SimulatedLog log(TopicPartition partition) {
    SimulatedLog log = logs.get(partition);
    if (log == null) {
      throw new BusException("no partition " + partition, null);
    }
    return log;
  }

  /** Hears of every record that lands. */
  void watch(Consumer<LogRecord> watcher) {
    watchers.add(watcher);
  }

  /** The count is raised, as Kafka lets people do. */
  void raise(String topic, int partitions) {
    for (int p = partitions(topic); p < partitions; p++) {
      var partition = new TopicPartition(topic, p);
      logs.put(partition, new SimulatedLog(partition));
    }
    topics.put(topic, partitions);
  }

  Channel open(SimulatedBus owner) {
    var channel = new Channel(owner);
    channels.add(channel);
    return channel;
  }

  /** Ends a channel; what is under way fails, and may still land. */
  void close(Channel channel, Fault mayLand) {
    if (channel.closed) {
      return;
    }
    channel.closed = true;
    channels.remove(channel);
    for (Flight flight : channel.flights) {
      if (chaos.strikes(mayLand)) {
        strays.add(flight);
      }
      later(0, () -> flight.stage().completeExceptionally(new BusException("closed", null)));
    }
    channel.flights.clear();
  }

  /** Answers some time later, if it is not unreachable. */
  <T> CompletableFuture<T> ask(Fault unreachable, Supplier<T> question) {
    var answer = new CompletableFuture<T>();
    later(
        chaos.upTo(40),
        () -> {
          if (chaos.strikes(unreachable)) {
            answer.completeExceptionally(new BusException("unreachable", null));
          } else {
            try {
              answer.complete(question.get());
            } catch (BusException e) {
              answer.completeExceptionally(e);
            }
          }
        });
    return answer;
  }

  CompletableFuture<Extent> extent(TopicPartition partition, SimulatedBus asker) {
    return ask(
        Fault.EXTENT_FAILS,
        () -> {
          if (asker.isCutOff()) {
            throw new BusException("cut off", null);
          }
          return log(partition).extent();
        });
  }

  void step() {
    for (Channel channel : List.copyOf(channels)) {
      while (!channel.flights.isEmpty() && chaos.chance(chaos.isOver() ? 1 : 0.6)) {
        Flight flight = channel.flights.remove();
        if (channel.owner.signsLate && flight.to().topic().equals(Topics.EXECUTOR_STATUS.name())) {
          strays.add(flight);
          fail(flight);
        } else {
          arrive(flight, channel.owner.isCutOff());
        }
      }
    }
    for (Flight flight : List.copyOf(strays)) {
      if (chaos.chance(chaos.isOver() ? 1 : linger(flight))) {
        strays.remove(flight);
        land(flight);
      }
    }
    for (Delayed each : List.copyOf(delayed)) {
      if (each.due() <= time.nanos()) {
        delayed.remove(each);
        each.what().run();
      }
    }
  }

  // A sign of life may be on its way for as long as it takes to start an executor anew.
  private static double linger(Flight flight) {
    return flight.to().topic().equals(Topics.EXECUTOR_STATUS.name()) ? 0.02 : 0.08;
  }

  private void arrive(Flight flight, boolean cutOff) {
    boolean change = isWriterChanged(flight.value());
    if (cutOff) {
      if (chaos.chance(0.2)) {
        strays.add(flight);
      }
      fail(flight);
    } else if (chaos.strikes(Fault.APPEND_DROPPED)
        || (change && chaos.strikes(Fault.WRITER_CHANGED_LOST))) {
      fail(flight);
    } else if (chaos.strikes(Fault.APPEND_LANDS_AFTER_FAILURE)
        || (change && chaos.strikes(Fault.WRITER_CHANGED_LATE))) {
      strays.add(flight);
      fail(flight);
    } else if (chaos.strikes(Fault.ACKNOWLEDGEMENT_LOST)) {
      land(flight);
      later(chaos.upTo(3_000), () -> failNow(flight));
    } else {
      Appended appended = land(flight);
      if (chaos.strikes(Fault.APPEND_LANDS_TWICE)
          || (change && chaos.strikes(Fault.WRITER_CHANGED_DOUBLED))) {
        strays.add(flight);
      }
      later(chaos.upTo(30), () -> flight.stage().complete(appended));
    }
  }

  private void fail(Flight flight) {
    later(chaos.upTo(300), () -> failNow(flight));
  }

  private static void failNow(Flight flight) {
    flight.stage().completeExceptionally(new BusException("the append failed", null));
  }

  private Appended land(Flight flight) {
    boolean gaps = flight.to().topic().endsWith("-commands");
    int gap = gaps && chaos.strikes(Fault.OFFSET_GAP) ? 1 + chaos.upTo(3) : 0;
    LogRecord record = log(flight.to()).append(flight.key(), flight.value(), time.now(), gap);
    landed += flight.to().topic().equals(Topics.EXECUTOR_STATUS.name()) ? 0 : 1;
    watchers.forEach(watcher -> watcher.accept(record));
    return new Appended(record.offset(), record.appendedAt());
  }

  private void later(int millis, Runnable what) {
    delayed.add(new Delayed(time.nanos() + millis * 1_000_000L, what));
  }

  static boolean isWriterChanged(byte[] value) {
    return value.length > WRITER_CHANGED.length
        && java.util.Arrays.equals(
            value, 0, WRITER_CHANGED.length, WRITER_CHANGED, 0, WRITER_CHANGED.length);
  }
}
