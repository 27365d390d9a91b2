package dev.millrace.runservice;

import dev.millrace.events.RunId;
import dev.millrace.storage.index.IndexedRun.Place;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a page of runs begins. What was answered as {@code next} says it by itself, so that the
 * next page is there whatever became of the run; people may name a run instead.
 */
sealed interface Cursor {
  /** After a place in the order of all runs. On the wire: time, group and number. */
  record AfterPlace(Place place) implements Cursor {
    private static final Pattern FORM = Pattern.compile("(\\d{4}-[^/]+Z)(/.+)/(\\d{1,18})");

    @Override
    public String toString() {
      return "%s%s/%d".formatted(place.createdAt(), place.group(), place.number());
    }
  }

  /** After a run, which has to be there. */
  record AfterRun(RunId run) implements Cursor {}

  /**
   * Reads either form.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Cursor parse(String text) {
    Matcher place = AfterPlace.FORM.matcher(text);
    if (!place.matches()) {
      return new AfterRun(RunId.parse(text));
    }
    try {
      return new AfterPlace(
          new Place(Instant.parse(place.group(1)), place.group(2), Long.parseLong(place.group(3))));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("its time is none", e);
    }
  }
}
