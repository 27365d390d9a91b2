package dev.millrace.storage.archive;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/** Several sorted sequences as one; of entries with one key only that of the latest sequence. */
final class Merge implements Iterator<Entry> {
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(
          Comparator.comparing((Head head) -> head.entry.key())
              .thenComparing(head -> head.age, Comparator.reverseOrder()));

  private static final class Head {
    final int age;
    final Iterator<Entry> rest;
    Entry entry;

    Head(int age, Iterator<Entry> rest) {
      this.age = age;
      this.rest = rest;
      this.entry = rest.next();
    }
  }

  /**
   * Begins to merge.
   *
   * @param sequences from the oldest to the newest
   */
  Merge(List<Iterator<Entry>> sequences) {
    for (int age = 0; age < sequences.size(); age++) {
      if (sequences.get(age).hasNext()) {
        heads.add(new Head(age, sequences.get(age)));
      }
    }
  }

  @Override
  public boolean hasNext() {
    return !heads.isEmpty();
  }

  @Override
  public Entry next() {
    if (heads.isEmpty()) {
      throw new NoSuchElementException();
    }
    Entry newest = pop();
    EntryKey key = newest.key();
    while (!heads.isEmpty() && heads.element().entry.key().equals(key)) {
      pop();
    }
    return newest;
  }

  private Entry pop() {
    Head head = heads.remove();
    Entry entry = head.entry;
    if (head.rest.hasNext()) {
      head.entry = head.rest.next();
      heads.add(head);
    }
    return entry;
  }
}
