package dev.millrace.bus.ledger;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What other threads want of the one that folds. */
final class Mailbox {
  private final Queue<Runnable> letters = new ConcurrentLinkedQueue<>();
  private final Runnable wakeup;

  Mailbox(Runnable wakeup) {
    this.wakeup = wakeup;
  }

  /** To be run on the thread that folds. Any thread. */
  void post(Runnable letter) {
    letters.add(letter);
    wakeup.run();
  }

  boolean isEmpty() {
    return letters.isEmpty();
  }

  void drain() {
    for (Runnable letter = letters.poll(); letter != null; letter = letters.poll()) {
      letter.run();
    }
  }
}
