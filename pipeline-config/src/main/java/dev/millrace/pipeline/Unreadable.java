package dev.millrace.pipeline;

/** Reading a file cannot go on from here, so nothing behind it is known. */
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Spot spot;

  Unreadable(Spot spot, String message) {
    super(message);
    this.spot = spot;
  }

  Spot spot() {
    return spot;
  }
}
