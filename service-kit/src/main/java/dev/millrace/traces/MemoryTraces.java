package dev.millrace.traces;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told; for tests. */
public final class MemoryTraces implements Traces {
  private final List<Span> spans = new ArrayList<>();

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public synchronized void tell(Span span) {
    spans.add(span);
    notifyAll();
  }

  /** What it was told so far. */
  public synchronized List<Span> spans() {
    return List.copyOf(spans);
  }

  /** Those of this name. */
  public synchronized List<Span> named(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  /**
   * Those of a trace, as soon as there are so many.
   *
   * @throws IllegalStateException if there are not by then
   */
  public synchronized List<Span> await(String trace, int count, Duration patience)
      throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      List<Span> found = spans.stream().filter(span -> span.trace().equals(trace)).toList();
      if (found.size() >= count) {
        return found;
      }
      long millis = (until - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new IllegalStateException("there are only " + found);
      }
      wait(millis);
    }
  }
}
