package dev.millrace.http;

import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far somebody has seen the ledgers: the offset of the last record of each partition that they
 * know something of. It travels as the header {@link #HEADER}, there and back, so that whoever was
 * answered by one replica is not told less by another.
 *
 * <p>As text {@code c0:17,r3:105}; for clients it is opaque.
 */
public record Seen(SortedMap<Place, Long> offsets) {

  public static final String HEADER = "Millrace-Position";

  /** Nothing seen. */
  public static final Seen NOTHING = new Seen(new TreeMap<>());

  private static final Pattern PART = Pattern.compile("([cr])(\\d{1,6}):(\\d{1,18})");
  private static final int MOST = 4096; // parts; more do not fit into the head of a request

  /** Which ledger. */
  public enum Ledger {
    CONFIG('c'),
    RUNS('r');

    private final char wire;

    Ledger(char wire) {
      this.wire = wire;
    }
  }

  /** A partition of a ledger. */
  public record Place(Ledger ledger, int partition) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::ledger).thenComparing(Place::partition);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return "" + ledger.wire + partition;
    }
  }

  public Seen {
    offsets = Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
  }

  /**
   * Reads the text of a header.
   *
   * @throws IllegalArgumentException if it is none; its message is for whoever has sent it
   */
  public static Seen parse(String text) {
    var offsets = new TreeMap<Place, Long>();
    String[] parts = text.isBlank() ? new String[0] : text.strip().split(",", MOST + 1);
    for (String part : parts) {
      var form = PART.matcher(part.strip());
      if (parts.length > MOST || !form.matches()) {
        throw new IllegalArgumentException(
            "%s has to be as it was answered; \"%s\" is no part of one"
                .formatted(HEADER, part.length() <= 50 ? part : part.substring(0, 50) + "…"));
      }
      var ledger = form.group(1).charAt(0) == Ledger.CONFIG.wire ? Ledger.CONFIG : Ledger.RUNS;
      offsets.merge(
          new Place(ledger, Integer.parseInt(form.group(2))),
          Long.parseLong(form.group(3)),
          Math::max);
    }
    return new Seen(offsets);
  }

  /** The offset of the last record that was seen of the partition; -1 if none was. */
  public long of(Ledger ledger, int partition) {
    return offsets.getOrDefault(new Place(ledger, partition), -1L);
  }

  /** This, and the record at the offset too; nothing more if the offset is negative. */
  public Seen with(Ledger ledger, int partition, long offset) {
    if (offset <= of(ledger, partition)) {
      return this;
    }
    var more = new TreeMap<>(offsets);
    more.put(new Place(ledger, partition), offset);
    return new Seen(more);
  }

  /** What was seen by either. */
  public Seen and(Seen other) {
    if (other.offsets.isEmpty()) {
      return this;
    }
    var both = new TreeMap<>(offsets);
    other.offsets.forEach((place, offset) -> both.merge(place, offset, Math::max));
    return new Seen(both);
  }

  /** Whether nothing was seen. */
  public boolean isNothing() {
    return offsets.isEmpty();
  }

  @Override
  public String toString() {
    return offsets.entrySet().stream()
        .map(at -> at.getKey() + ":" + at.getValue())
        .collect(Collectors.joining(","));
  }
}
