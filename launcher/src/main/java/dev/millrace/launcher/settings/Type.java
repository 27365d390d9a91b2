package dev.millrace.launcher.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What the value of a setting may be.
 *
 * @param what as it is told in the table of settings and in refusals
 * @param list whether several values may be given
 * @param reader makes the value of the texts, of which there is one unless it is a list; throws
 *     {@link IllegalArgumentException} if they do not fit
 */
record Type<T>(String what, boolean list, Function<List<String>, T> reader) {

  static <T> Type<T> one(String what, Function<String, T> reader) {
    return new Type<>(what, false, texts -> reader.apply(texts.getFirst()));
  }

  static <T> Type<List<T>> several(String what, Function<String, T> reader) {
    return new Type<>(what, true, texts -> texts.stream().map(reader).toList());
  }

  static final Type<String> TEXT = one("a text", Type::text);
  static final Type<Boolean> FLAG = one("true or false", Type::flag);
  static final Type<Path> PATH = one("a path", text -> Path.of(text(text)));
  static final Type<HostPort> ADDRESS = one("HOST:PORT", HostPort::parse);
  static final Type<List<HostPort>> ADDRESSES = several("a list of HOST:PORT", HostPort::parse);
  static final Type<URI> URL = one("http(s)://HOST:PORT", Type::url);
  static final Type<List<URI>> URLS = several("a list of http(s)://HOST:PORT", Type::url);
  static final Type<Duration> TIME = one("a time, as 30s, 5m, 12h or 7d", Amounts::time);
  static final Type<Long> SIZE = one("a size, as 500M or 2G", Amounts::bytes);

  /** A text that a file or a variable holds, never the settings themselves. */
  static final Type<String> SECRET = one("a secret: {file: PATH} or {env: NAME}", Type::text);

  static Type<Integer> number(int from, int to) {
    return one("a number from %d to %d".formatted(from, to), text -> number(text, from, to));
  }

  static Type<Double> share() {
    return one("a number from 0 to 1, as 0.1", Type::share);
  }

  static Type<String> choice(String... words) {
    List<String> all = List.of(words);
    return one("one of " + String.join(", ", all), text -> chosen(text, all));
  }

  private static String text(String text) {
    if (text.isBlank() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("empty");
    }
    return text;
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static int number(String text, int from, int to) {
    int number = Integer.parseInt(text);
    if (number < from || number > to) {
      throw new IllegalArgumentException(text);
    }
    return number;
  }

  private static double share(String text) {
    double share = Double.parseDouble(text);
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(text);
    }
    return share;
  }

  private static String chosen(String text, List<String> words) {
    if (!words.contains(text)) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static URI url(String text) {
    URI uri = URI.create(text);
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }
}
