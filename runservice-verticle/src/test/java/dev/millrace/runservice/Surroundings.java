package dev.millrace.runservice;

import dev.millrace.bus.ledger.Timing;
import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.datamanager.DataManagerVerticle;
import dev.millrace.datamanager.Retention;
import dev.millrace.datamanager.checkpoints.LedgerCheckpoints;
import dev.millrace.datamanager.index.IndexDumps;
import dev.millrace.datamanager.logs.LogArchive;
import dev.millrace.datamanager.runs.RunArchive;
import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.events.Topics;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.MemoryObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What is there before and after a replica: topics, stores, its folder, and the datamanager. */
final class Surroundings implements AutoCloseable {
  static final int PARTITIONS = 4;

  final MemoryTopics topics;
  final MemoryObjectStore objects;
  final MemoryCoordinationStore store;
  final AtomicInteger ids;
  final Path folder;
  Duration checkpointEvery = Duration.ofDays(1);
  Duration dumpEvery = Duration.ofDays(1);

  /** Bytes that runs which have ended may take. */
  long memory = Long.MAX_VALUE;

  Surroundings() {
    this(
        new MemoryTopics(Clock.systemUTC()),
        new MemoryObjectStore(Clock.systemUTC()),
        new MemoryCoordinationStore(System::nanoTime),
        new AtomicInteger());
    Topics.all().forEach(topic -> topics.create(topic.name(), PARTITIONS));
  }

  private Surroundings(
      MemoryTopics topics,
      MemoryObjectStore objects,
      MemoryCoordinationStore store,
      AtomicInteger ids) {
    this.topics = topics;
    this.objects = objects;
    this.store = store;
    this.ids = ids;
    try {
      folder = Files.createTempDirectory("replica-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same of another replica: all but its folder. */
  Surroundings ofAnother() {
    return new Surroundings(topics, objects, store, ids);
  }

  String id() {
    return "id" + ids.incrementAndGet();
  }

  Path index() {
    return folder.resolve("index");
  }

  RunArchive archive() {
    return RunArchive.open(objects, store, this::id);
  }

  IndexDumps dumps() {
    return IndexDumps.open(objects, store, this::id);
  }

  LogArchive logs() {
    return LogArchive.open(objects, store, this::id);
  }

  LedgerCheckpoints checkpoints() {
    return LedgerCheckpoints.open(objects, store, this::id);
  }

  /** Archives what ends, at once, until it is closed. */
  AutoCloseable archiving() {
    Vertx vertx = Vertx.vertx();
    var bus = new MemoryBus(topics);
    var verticle =
        new DataManagerVerticle(
            new DataManagerVerticle.Config(
                id(),
                folder,
                1,
                Duration.ZERO,
                1,
                checkpointEvery,
                dumpEvery,
                Retention.ofEvents(Duration.ZERO)),
            new DataManagerVerticle.Serving(
                dev.millrace.http.Endpoint.at("127.0.0.1", 0), "internal", Extras.NONE),
            new DataManagerVerticle.Ports(
                bus,
                objects,
                store,
                Timing.system(),
                this::id,
                new SimpleMeterRegistry(),
                new ThrowingFaults()));
    vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().join();
    return () -> {
      vertx.close().toCompletionStage().toCompletableFuture().join();
      bus.close();
    };
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
