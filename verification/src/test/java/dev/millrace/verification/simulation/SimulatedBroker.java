package dev.millrace.verification.simulation;

import dev.millrace.bus.Appended;
import dev.millrace.bus.BusException;
import dev.millrace.bus.Extent;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
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
  private final Map<String, Integer> topics = new HashMap<>();
  private final Map<TopicPartition, SimulatedLog> logs = new LinkedHashMap<>();
  private final List<Channel> channels = new ArrayList<>();
  private final List<Flight> strays = new ArrayList<>();
  private final List<Delayed> delayed = new ArrayList<>();
  private final List<Consumer<LogRecord>> watchers = new ArrayList<>();

  /** What is under way from one appender, in order. */
  static final class Channel {
    final Deque<Flight> flights = new ArrayDeque<>();
    boolean closed;
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

  Channel open() {
    var channel = new Channel();
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
            answer.complete(question.get());
          }
        });
    return answer;
  }

  CompletableFuture<Extent> extent(TopicPartition partition) {
    return ask(Fault.EXTENT_FAILS, () -> log(partition).extent());
  }

  void step() {
    for (Channel channel : List.copyOf(channels)) {
      while (!channel.flights.isEmpty() && chaos.chance(chaos.isOver() ? 1 : 0.6)) {
        arrive(channel.flights.remove());
      }
    }
    for (Flight flight : List.copyOf(strays)) {
      if (chaos.chance(chaos.isOver() ? 1 : 0.08)) {
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

  private void arrive(Flight flight) {
    boolean change = isWriterChanged(flight.value());
    if (chaos.strikes(Fault.APPEND_DROPPED)
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
