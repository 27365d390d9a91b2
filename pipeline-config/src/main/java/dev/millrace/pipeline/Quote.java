package dev.millrace.pipeline;

/** Quotes what a person wrote, so that a message stays one short line. */
final class Quote {
  private static final int SHOWN = 60;

  private Quote() {}

  static String quote(String text) {
    return '"' + cut(text) + '"';
  }

  static String cut(String text) {
    int end = Math.min(text.length(), SHOWN);
    StringBuilder line = new StringBuilder(end + 1);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? '\u2423' : c);
    }
    if (end < text.length()) {
      if (Character.isHighSurrogate(line.charAt(line.length() - 1))) {
        line.setLength(line.length() - 1);
      }
      line.append('…');
    }
    return line.toString();
  }
}
