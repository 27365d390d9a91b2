package dev.millrace.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/**
 * Times as text: UTC ISO-8601 with milliseconds. By hand, since every record on a topic has some:
 * {@code DateTimeFormatter} took a fifth of the time of reading one.
 */
final class Times {
  private static final int LENGTH = "2026-01-02T03:04:05.678Z".length();

  private Times() {}

  /** The time as text; what is finer than milliseconds is cut off. */
  static String write(Instant time) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), 86_400L));
    if (date.getYear() < 0 || date.getYear() > 9999) {
      throw new DateTimeException("a year has four digits: " + time);
    }
    int second = (int) Math.floorMod(time.getEpochSecond(), 86_400L);
    char[] text = new char[LENGTH];
    put(text, 0, 4, date.getYear(), '-');
    put(text, 5, 2, date.getMonthValue(), '-');
    put(text, 8, 2, date.getDayOfMonth(), 'T');
    put(text, 11, 2, second / 3600, ':');
    put(text, 14, 2, second / 60 % 60, ':');
    put(text, 17, 2, second % 60, '.');
    put(text, 20, 3, time.getNano() / 1_000_000, 'Z');
    return new String(text);
  }

  /**
   * The time of a text; also with another fraction or offset than {@link #write} makes.
   *
   * @throws DateTimeException if it is none
   */
  static Instant read(String text) {
    if (text.length() != LENGTH || !written(text)) {
      return OffsetDateTime.parse(text).toInstant();
    }
    int hour = number(text, 11, 2);
    int minute = number(text, 14, 2);
    int second = number(text, 17, 2);
    if (hour > 23 || minute > 59 || second > 59) {
      throw new DateTimeException("no time of day: " + text);
    }
    LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
    long seconds = date.toEpochDay() * 86_400 + hour * 3600L + minute * 60L + second;
    return Instant.ofEpochSecond(seconds, number(text, 20, 3) * 1_000_000L);
  }

  /** Whether the text has the form that {@link #write} makes. */
  private static boolean written(String text) {
    for (int i = 0; i < LENGTH; i++) {
      char wanted =
          switch (i) {
            case 4, 7 -> '-';
            case 10 -> 'T';
            case 13, 16 -> ':';
            case 19 -> '.';
            case 23 -> 'Z';
            default -> '0';
          };
      char is = text.charAt(i);
      if (wanted == '0' ? is < '0' || is > '9' : is != wanted) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int digits) {
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }

  private static void put(char[] text, int from, int digits, int number, char after) {
    int left = number;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = (char) ('0' + left % 10);
      left /= 10;
    }
    text[from + digits] = after;
  }
}
