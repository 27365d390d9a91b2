package dev.millrace.launcher.client;

import java.io.PrintStream;

/**
 * What a command prints on. Results go to {@code out}, all else to {@code err}.
 *
 * @param colours whether {@code out} is a terminal that shows them
 */
public record Screen(PrintStream out, PrintStream err, boolean colours) {

  /** Colours that mean something. */
  public enum Colour {
    GOOD("32"),
    BAD("31"),
    WAITING("33"),
    BUSY("36"),
    FAINT("2"),
    BOLD("1");

    private final String code;

    Colour(String code) {
      this.code = code;
    }
  }

  /** The text in the colour, or as it is where colours do not show. */
  public String in(Colour colour, String text) {
    return colours ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
  }

  /** A word for a state in the colour of that state. */
  public String state(String word) {
    return switch (word) {
      case "success" -> in(Colour.GOOD, word);
      case "failed", "setuperror", "lost", "error" -> in(Colour.BAD, word);
      case "running" -> in(Colour.BUSY, word);
      case "queued", "waiting" -> in(Colour.WAITING, word);
      default -> word;
    };
  }
}
