package dev.millrace.bench;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Follower;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.EmbeddedBroker;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.bus.kafka.TopicCreator;
import dev.millrace.bus.kafka.TopicPlan;
import dev.millrace.events.Topics;
import dev.millrace.executor.drivers.HostDriver;
import dev.millrace.executor.drivers.HostSettings;
import dev.millrace.verification.installation.Installation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;

/**
 * What this machine makes of a run's path when nothing of Millrace is on it: as many records one
 * after the other as a one-task run writes, through the embedded broker on the settings of {@code
 * up}, each appended by whoever has read the one before; one run at a time, and 256. What starting
 * a process takes. And both together at the rate of {@code latency}, with plain processes and
 * sandboxed: see {@link LoadedPath}. No version of Millrace on this broker can be faster than that.
 */
final class FloorBenchmark implements Benchmark {
  // As `ledger` counts them: create, start, assign, claim and report, each a command and a
  // decision, and the assignment. Up to the first step it is one command and its decision less.
  private static final int RECORDS = 11;
  private static final int RECORDS_TO_FIRST_STEP = 7;
  private static final int RECORD_BYTES = 400; // what a decision has, about
  private static final int PARTITIONS = 16;
  private static final int AT_ONCE = 256;
  private static final int WARM_UP = 10_000;
  private static final int LOADED = 10_000;
  private static final int ALONE = 1_000;
  private static final int PROCESSES = 300;

  @Override
  public void measure(Figures figures) throws Exception {
    try (var home = Installation.create()) {
      var owner = new Credentials("bench", "0123456789abcdef");
      var settings =
          new EmbeddedBroker.Settings(
              Files.createDirectories(home.dataDirectory()), 0, owner, null);
      try (var broker = EmbeddedBroker.start(settings)) {
        TopicCreator.create(broker.clients(), TopicPlan.embedded(PARTITIONS));
        try (var bus = new KafkaBus(broker.clients());
            var chains = new Chains(bus)) {
          chains.run(WARM_UP, AT_ONCE, RECORDS, new Histogram(3));
          measure(chains, figures);
        }
        try (var bus = new KafkaBus(broker.clients())) {
          loaded(bus, home, HostSettings.Isolation.NONE, figures, "loaded_");
          loaded(bus, home, HostSettings.Isolation.REQUIRED, figures, "sandbox_loaded_");
        }
      }
    }
    var starts = new Histogram(3);
    for (int i = 0; i < PROCESSES; i++) {
      starts.recordValue(processStart());
    }
    figures.add("process_start_p50", starts.getValueAtPercentile(50) / 1e3, "ms");
    figures.add("process_start_p99", starts.getValueAtPercentile(99) / 1e3, "ms");
  }

  private static void measure(Chains chains, Figures figures) throws Exception {
    var alone = new Histogram(3);
    chains.run(ALONE, 1, RECORDS_TO_FIRST_STEP, alone);
    figures.add("records_to_first_step_p50", alone.getValueAtPercentile(50) / 1e3, "ms");
    figures.add("records_to_first_step_p99", alone.getValueAtPercentile(99) / 1e3, "ms");
    long cpu = cpuNanos();
    long begin = System.nanoTime();
    chains.run(LOADED, AT_ONCE, RECORDS, new Histogram(3));
    figures.add("records_only_runs_per_second", LOADED / ((System.nanoTime() - begin) / 1e9), "/s");
    figures.add("records_only_cpu_ms_per_run", (cpuNanos() - cpu) / 1e6 / LOADED, "ms");
  }

  private static void loaded(
      Bus bus, Installation home, HostSettings.Isolation isolation, Figures figures, String prefix)
      throws Exception {
    var settings =
        new HostSettings(
            home.dataDirectory().resolve(prefix + "executor"),
            isolation,
            List.of(),
            List.of(),
            Map.of());
    try (var driver = new HostDriver(settings, RandomGenerator.getDefault())) {
      driver.start();
      try (var path = new LoadedPath(bus, driver, LatencyBenchmark.WARM_UP)) {
        path.offer(LatencyBenchmark.PER_SECOND);
      }
      try (var path = new LoadedPath(bus, driver, LatencyBenchmark.RUNS)) {
        var before = MachineTime.now();
        path.offer(LatencyBenchmark.PER_SECOND);
        double worked = MachineTime.now().workedMillis(before);
        LatencyBenchmark.percentiles(figures, prefix + "first_step", path.first);
        LatencyBenchmark.percentiles(figures, prefix + "task_to_dependant", path.dependant);
        figures.add(prefix + "machine_ms_per_run", worked / LatencyBenchmark.RUNS, "ms");
      }
    }
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Microseconds from the call to the process's own first timestamp. */
  private static long processStart() throws IOException, InterruptedException {
    long called = System.currentTimeMillis() * 1000;
    var process = new ProcessBuilder("/bin/bash", "-c", "echo $EPOCHREALTIME").start();
    String clock =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    process.waitFor();
    return Math.max(0, Long.parseLong(clock.replace(".", "")) - called);
  }

  /** Chains of records over the topics of commands and of decisions, in turn. */
  private static final class Chains implements AutoCloseable {
    private final ConcurrentHashMap<Long, Long> begun = new ConcurrentHashMap<>();
    private final Bus bus;
    private final Appender starts;
    private final Thread commands;
    private final Thread decisions;
    private volatile boolean closed;
    private volatile Semaphore places = new Semaphore(0);
    private volatile Histogram micros = new Histogram(3);
    private volatile CountDownLatch unfinished = new CountDownLatch(0);
    private long next;

    Chains(Bus bus) {
      this.bus = bus;
      this.starts = bus.appender("start");
      this.commands = hop(Topics.RUN_COMMANDS.name(), Topics.RUN_EVENTS.name());
      this.decisions = hop(Topics.RUN_EVENTS.name(), Topics.RUN_COMMANDS.name());
    }

    void run(int count, int atOnce, int records, Histogram histogram) throws InterruptedException {
      places = new Semaphore(atOnce);
      micros = histogram;
      unfinished = new CountDownLatch(count);
      for (int i = 0; i < count; i++) {
        places.acquire();
        long chain = next++;
        begun.put(chain, System.nanoTime());
        append(starts, Topics.RUN_COMMANDS.name(), chain, records - 1);
      }
      if (!unfinished.await(5, TimeUnit.MINUTES)) {
        throw new IllegalStateException(unfinished.getCount() + " chains have no end");
      }
    }

    private Thread hop(String from, String to) {
      return Thread.ofPlatform()
          .name(from)
          .start(
              () -> {
                try (var follower = bus.follower(from);
                    var appender = bus.appender(from)) {
                  for (int p = 0; p < PARTITIONS; p++) {
                    follower.assign(new TopicPartition(from, p), 0);
                  }
                  while (!closed) {
                    follow(follower, appender, to);
                  }
                }
              });
    }

    private void follow(Follower follower, Appender appender, String to) {
      for (var record : follower.poll(Duration.ofMillis(200))) {
        var content = ByteBuffer.wrap(record.value());
        long chain = content.getLong();
        int left = content.getInt();
        if (left > 0) {
          append(appender, to, chain, left - 1);
        } else {
          micros.recordValue((System.nanoTime() - begun.remove(chain)) / 1000);
          places.release();
          unfinished.countDown();
        }
      }
    }

    private static void append(Appender appender, String topic, long chain, int after) {
      byte[] value = ByteBuffer.allocate(RECORD_BYTES).putLong(chain).putInt(after).array();
      var _ =
          appender.append(
              new TopicPartition(topic, (int) (chain % PARTITIONS)), "root/" + chain, value);
    }

    @Override
    public void close() {
      closed = true;
      try {
        commands.join();
        decisions.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt(); // they end all the same
      }
      starts.close();
    }
  }
}
