package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.gateway.Maintenance;
import dev.millrace.http.UnreachableException;
import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Change;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Maintenance as the coordination store has it: there is some while there is a value under {@code
 * maintenance}. Every process watches it. One that cannot reach the store goes by what it heard
 * last.
 */
final class MaintenanceFlag implements Maintenance, Intake, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MaintenanceFlag.class);
  private static final String KEY = "maintenance";
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final int TRIES = 5;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final CoordinationStore store;
  private final CoordinationStore.Watch watch;
  private final Object news = new Object();
  private volatile Heard heard;

  /** What was told last, and of which version it is; 0 if there is none. */
  private record Heard(long version, @Nullable Notice notice) {}

  /**
   * Looks how it is, and watches it until this is closed.
   *
   * @throws CoordinationException if the store does not answer
   */
  MaintenanceFlag(CoordinationStore store) {
    this.store = store;
    this.heard = heard(store.get(KEY).orElse(null));
    this.watch = store.watch(KEY, this::hear);
  }

  private void hear(Change change) {
    if (change.key().equals(KEY)) {
      synchronized (news) {
        heard = heard(change.now());
        news.notifyAll();
      }
      refusal().ifPresentOrElse(why -> log.info(why.message()), () -> log.info("no maintenance"));
    }
  }

  private static Heard heard(@Nullable Versioned stored) {
    return stored == null ? new Heard(0, null) : new Heard(stored.version(), read(stored));
  }

  private static Notice read(Versioned stored) {
    try {
      return JSON.readValue(stored.value(), Notice.class);
    } catch (JacksonException e) {
      log.warn("what is said about the maintenance cannot be read", e);
      return new Notice("", "somebody", Instant.EPOCH);
    }
  }

  @Override
  public Optional<Notice> now() {
    return Optional.ofNullable(heard.notice());
  }

  @Override
  public Optional<Rejected> refusal() {
    return now()
        .map(
            notice ->
                new Rejected(
                    Code.MAINTENANCE,
                    "there is maintenance since %s, nothing new is taken%s"
                        .formatted(
                            notice.since(),
                            notice.reason().isEmpty() ? "" : ": " + notice.reason())));
  }

  @Override
  public void begin(Notice notice) {
    byte[] value = JSON.writeValueAsBytes(notice);
    change(
        now -> {
          OptionalLong version =
              store.compareAndSet(KEY, now.map(Versioned::version).orElse(0L), value);
          version.ifPresent(v -> settle(() -> heard.version() >= v));
          return version.isPresent();
        });
  }

  @Override
  public void end() {
    change(
        now -> {
          boolean ended = now.isEmpty() || store.compareAndDelete(KEY, now.get().version());
          if (ended) {
            settle(() -> heard.notice() == null);
          }
          return ended;
        });
  }

  private interface Attempt {
    boolean on(Optional<Versioned> now);
  }

  private void change(Attempt attempt) {
    try {
      for (int i = 0; i < TRIES; i++) {
        if (attempt.on(store.get(KEY))) {
          return;
        }
      }
    } catch (CoordinationException e) {
      throw new UnreachableException(String.valueOf(e.getMessage()), e);
    }
    throw new UnreachableException("somebody else is changing the maintenance: try again", null);
  }

  /** Whoever changed it goes by it next. The watch is not waited for for ever. */
  private void settle(BooleanSupplier done) {
    long end = System.nanoTime() + SETTLE.toNanos();
    synchronized (news) {
      try {
        for (long left = SETTLE.toMillis(); !done.getAsBoolean() && left > 0; ) {
          news.wait(left);
          left = (end - System.nanoTime()) / 1_000_000;
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
