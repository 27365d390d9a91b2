package dev.millrace.verification.simulation;

import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.OffsetOutOfRangeException;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads as Kafka's consumers do, with leader epochs; behind, if the seed says so. */
final class SimulatedFollower implements Follower {
  private final SimulatedBus bus;
  private final SimulatedBroker broker;
  private final Map<TopicPartition, Place> places = new LinkedHashMap<>();

  private static final class Place {
    long position;
    int cuts;
    long lagsUntil;
  }

  SimulatedFollower(SimulatedBus bus) {
    this.bus = bus;
    this.broker = bus.broker;
  }

  @Override
  public void assign(TopicPartition partition, long offset) {
    bus.live();
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
    bus.live();
    List<LogRecord> found = new ArrayList<>();
    if (!bus.isCutOff()) {
      places.forEach(this::check);
      for (var each : places.entrySet()) {
        read(each.getKey(), each.getValue(), found);
      }
    }
    if (found.isEmpty()) {
      bus.waited(wait);
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
    if (place.position < log.extent().start()) {
      broker.chaos.tally.count(Fault.READER_BEHIND_WHAT_WAS_TRIMMED);
      throw new OffsetOutOfRangeException(partition, place.position);
    }
    if (place.position > log.extent().end()) {
      throw new OffsetOutOfRangeException(partition, place.position);
    }
  }

  private boolean lags(Place place) {
    return place.lagsUntil > broker.time.nanos() && !broker.chaos.isOver();
  }

  private boolean beginsToLag(TopicPartition partition, Place place) {
    Chaos chaos = broker.chaos;
    boolean signs = partition.topic().equals(Topics.EXECUTOR_STATUS.name());
    if (!chaos.strikes(signs ? Fault.SIGNS_OF_LIFE_READ_LATE : Fault.READER_LAGS)) {
      return false;
    }
    int millis = signs ? 2_000 + chaos.upTo(3_000) : chaos.upTo(1_500);
    place.lagsUntil = broker.time.nanos() + millis * 1_000_000L;
    if (signs) {
      broker.signsReadLateUntil = Math.max(broker.signsReadLateUntil, place.lagsUntil);
    }
    return true;
  }

  private void read(TopicPartition partition, Place place, List<LogRecord> found) {
    SimulatedLog log = broker.log(partition);
    if (lags(place)
        || log.records.ceilingKey(place.position) == null
        || beginsToLag(partition, place)) {
      return;
    }
    int most = 1 + broker.chaos.upTo(20);
    for (LogRecord record : log.records.tailMap(place.position, true).values()) {
      if (most-- == 0) {
        return;
      }
      place.position = record.offset() + 1;
      if (!bus.passedOver.test(record)) {
        found.addAll(bus.readAs.apply(record));
      }
      bus.readTaps.forEach(tap -> tap.accept(partition, record.value()));
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
