package dev.millrace.traces;

/**
 * Takes what was done. Spans may be lost: when the process ends, when nobody takes them, and when
 * there are too many. Nothing may depend on them.
 */
public interface Traces {
  /** Takes nothing. */
  Traces OFF =
      new Traces() {
        @Override
        public boolean on() {
          return false;
        }

        @Override
        public void tell(Span span) {}
      };

  /** Whether anybody looks: if not, no span need be made. */
  boolean on();

  /** Takes a span. Any thread; does not block, and does not fail. */
  void tell(Span span);
}
