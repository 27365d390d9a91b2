package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.CoordinationStore.Change;
import dev.millrace.storage.coordination.CoordinationStore.Watch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells changes, in order, on a thread of its own. */
final class Watches {
  private static final Logger log = LoggerFactory.getLogger(Watches.class);

  private final List<One> all = new CopyOnWriteArrayList<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("coordination-watch").factory());

  /** To be called in the order of changes. */
  Watch add(String prefix, Consumer<Change> listener, Table table) {
    var one = new One(prefix, listener);
    table.entries().forEach((key, stored) -> one.enqueue(new Change(key, stored)));
    all.add(one);
    return one;
  }

  /** To be called in the order of changes. */
  void tell(Change change) {
    all.forEach(one -> one.enqueue(change));
  }

  void close() {
    all.clear();
    thread.shutdownNow();
  }

  private final class One implements Watch {
    private final String prefix;
    private final Consumer<Change> listener;
    private volatile boolean closed;

    One(String prefix, Consumer<Change> listener) {
      this.prefix = prefix;
      this.listener = listener;
    }

    void enqueue(Change change) {
      if (change.key().startsWith(prefix)) {
        thread.execute(() -> tell(change));
      }
    }

    private void tell(Change change) {
      if (closed) {
        return;
      }
      try {
        listener.accept(change);
      } catch (RuntimeException e) {
        log.error("a watch of {} failed at {}", prefix, change.key(), e);
      }
    }

    @Override
    public void close() {
      closed = true;
      all.remove(this);
    }
  }
}
