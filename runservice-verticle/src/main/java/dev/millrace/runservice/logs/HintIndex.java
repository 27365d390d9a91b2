package dev.millrace.runservice.logs;

import dev.millrace.datamanager.logs.StepKey;
import dev.millrace.events.run.AttemptRef;
import java.util.LinkedHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the tail has seen of steps that are still going on. It only saves searching: what it does
 * not know is found on the topic.
 */
final class HintIndex {
  private final int most;
  private final Predicate<AttemptRef> ended;
  private final LinkedHashMap<StepKey, StepHints> steps = new LinkedHashMap<>();
  private int sweepAt = 1024;
  private boolean complete = true;

  /**
   * Nothing seen.
   *
   * @param most how many steps are remembered
   * @param ended whether nobody reads the attempt as a live one any more
   */
  HintIndex(int most, Predicate<AttemptRef> ended) {
    this.most = most;
    this.ended = ended;
  }

  synchronized void seen(Placed placed) {
    StepKey key = StepKey.of(placed.chunk());
    StepHints hints = steps.get(key);
    if (hints == null) {
      if (ended.test(key.attempt())) {
        return;
      }
      makeRoom();
      hints = new StepHints();
      steps.put(key, hints);
    }
    hints.seen(placed.offset(), placed.chunk());
  }

  synchronized @Nullable StepHints hints(StepKey key) {
    return steps.get(key);
  }

  /** Whether every step seen that goes on is still remembered. */
  synchronized boolean complete() {
    return complete;
  }

  synchronized int size() {
    return steps.size();
  }

  private void makeRoom() {
    if (steps.size() >= Math.min(sweepAt, most)) {
      steps.keySet().removeIf(key -> ended.test(key.attempt()));
      sweepAt = Math.max(1024, 2 * steps.size());
    }
    while (steps.size() >= most) {
      steps.pollFirstEntry();
      complete = false;
    }
  }
}
