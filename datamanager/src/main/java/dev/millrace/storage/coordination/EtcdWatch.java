package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.CoordinationStore.Change;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Lists what is there, then follows what changes. Whenever following fails (a member died, the
 * history was compacted, the cluster was restored from a backup) it lists again and tells what
 * differs from what it has told.
 */
final class EtcdWatch implements CoordinationStore.Watch {
  private static final Logger log = LoggerFactory.getLogger(EtcdWatch.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final EtcdCalls calls;
  private final String root;
  private final String prefix;
  private final Consumer<Change> listener;
  private final Map<String, Long> told = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile BlockingQueue<Events> inbox = new LinkedBlockingQueue<>();
  // What follows by a client that there was before follows nothing any more.
  private final Runnable again = this::endFollowing;
  private boolean failing;

  /** What happened; null if following has ended. */
  private record Events(@Nullable List<WatchEvent> events) {}

  /**
   * Lists for the first time.
   *
   * @param root stands before all keys in the cluster
   */
  static EtcdWatch start(EtcdCalls calls, String root, String prefix, Consumer<Change> listener) {
    var watch = new EtcdWatch(calls, root, prefix, listener);
    var first = EtcdListing.of(calls, root + prefix);
    calls.onRenewal(watch.again);
    Thread.ofVirtual().name("coordination-watch").start(() -> watch.run(first));
    return watch;
  }

  private EtcdWatch(EtcdCalls calls, String root, String prefix, Consumer<Change> listener) {
    this.calls = calls;
    this.root = root;
    this.prefix = prefix;
    this.listener = listener;
  }

  private void run(EtcdListing first) {
    try {
      @Nullable EtcdListing listing = first;
      while (!isClosed()) {
        if (listing != null) {
          tell(listing);
          follow(listing.revision() + 1);
        }
        if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        listing = listAgain();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable EtcdListing listAgain() {
    try {
      var listing = EtcdListing.of(calls, root + prefix);
      failing = false;
      return listing;
    } catch (CoordinationException e) {
      if (!isClosed()) {
        // Twice a second, for as long as the cluster is away.
        log.atLevel(failing ? Level.DEBUG : Level.WARN)
            .log("the watch of {} is tried again: {}", prefix, e.getMessage());
        failing = true;
      }
      return null;
    }
  }

  private void tell(EtcdListing listing) {
    Set<String> gone = new HashSet<>(told.keySet());
    for (KeyValue entry : listing.entries()) {
      gone.remove(key(entry));
      tellNow(entry);
    }
    gone.forEach(this::tellGone);
  }

  private void follow(long revision) throws InterruptedException {
    BlockingQueue<Events> events = new LinkedBlockingQueue<>();
    inbox = events;
    var ended = new Events(null);
    if (isClosed()) {
      return;
    }
    var option =
        WatchOption.builder()
            .isPrefix(true)
            .withRevision(revision)
            .withRequireLeader(true) // a member that is cut off would stay silent
            .build();
    var follower =
        Watch.listener(
            response -> events.add(new Events(response.getEvents())),
            failure -> {
              log.debug("the watch of {} begins again", prefix, failure);
              events.add(ended);
            },
            () -> events.add(ended));
    try (var _ =
        calls.client().getWatchClient().watch(EtcdCalls.bytes(root + prefix), option, follower)) {
      for (var happened = events.take().events(); happened != null; ) {
        happened.forEach(this::tell);
        happened = events.take().events();
      }
    } catch (RuntimeException e) {
      // Also of a client that another thread has closed meanwhile: the next listing tells.
      log.debug("the watch of {} begins again", prefix, e);
    }
  }

  private void tell(WatchEvent event) {
    if (event.getEventType() == WatchEvent.EventType.DELETE) {
      tellGone(key(event.getKeyValue()));
    } else {
      tellNow(event.getKeyValue());
    }
  }

  private void tellNow(KeyValue entry) {
    String key = key(entry);
    Long before = told.put(key, entry.getModRevision());
    if (before == null || before != entry.getModRevision()) {
      tell(new Change(key, versioned(entry)));
    }
  }

  private void tellGone(String key) {
    if (told.remove(key) != null) {
      tell(new Change(key, null));
    }
  }

  private void tell(Change change) {
    if (isClosed()) {
      return;
    }
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      log.error("a watch of {} failed at {}", prefix, change.key(), e);
    }
  }

  static Versioned versioned(KeyValue entry) {
    return new Versioned(entry.getModRevision(), entry.getValue().getBytes());
  }

  private String key(KeyValue entry) {
    return entry.getKey().toString(StandardCharsets.UTF_8).substring(root.length());
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
    calls.forget(again);
    endFollowing();
  }

  private void endFollowing() {
    inbox.add(new Events(null));
  }
}
