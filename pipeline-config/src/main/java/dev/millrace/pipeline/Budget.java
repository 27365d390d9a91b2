package dev.millrace.pipeline;

/** Bounds what a file may unfold to: aliases make large trees from small files. */
final class Budget {
  static final int MAX_DEPTH = 64;
  private static final int MAX_CHARACTERS = 1024 * 1024;
  private static final int MAX_NODES = 100_000;

  private int characters;
  private int nodes;

  void node(Spot spot) throws Unreadable {
    if (++nodes > MAX_NODES) {
      throw new Unreadable(spot, "the configuration unfolds to more than 100000 values");
    }
  }

  void text(Spot spot, String text) throws Unreadable {
    characters += text.length();
    if (characters > MAX_CHARACTERS) {
      throw new Unreadable(spot, "the configuration unfolds to more than 1 MiB of text");
    }
  }

  static Unreadable tooDeep(Spot spot) {
    return new Unreadable(spot, "nested more than 64 levels deep");
  }
}
