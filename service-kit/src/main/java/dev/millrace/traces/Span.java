package dev.millrace.traces;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done and is over.
 *
 * @param trace 32 hexadecimal digits
 * @param id 16 hexadecimal digits; null if nothing is below it, so that any will do
 * @param parent the id of what it is a part of; null if it is the first of its trace
 * @param name the same for all that is of its kind
 * @param attributes their values are texts, whole numbers and truth values; nothing that is secret
 * @param failure why it went wrong, in a sentence or a word; null if it did not
 */
public record Span(
    String trace,
    @Nullable String id,
    @Nullable String parent,
    String name,
    Instant start,
    Instant end,
    Map<String, Object> attributes,
    @Nullable String failure) {

  public Span {
    attributes = Map.copyOf(attributes);
    end = end.isBefore(start) ? start : end; // a clock was set back
  }

  /** The same with one attribute more. */
  public Span with(String key, Object value) {
    var more = new TreeMap<>(attributes);
    more.put(key, value);
    return new Span(trace, id, parent, name, start, end, more, failure);
  }

  /** The same that went wrong. */
  public Span failed(String why) {
    return new Span(trace, id, parent, name, start, end, attributes, why);
  }
}
