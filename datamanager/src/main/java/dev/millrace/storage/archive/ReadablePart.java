package dev.millrace.storage.archive;

import dev.millrace.storage.StorageException;
import dev.millrace.storage.entries.CorruptFileException;
import dev.millrace.storage.entries.Entry;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The entries of a file up to where it cannot be read. */
final class ReadablePart implements Iterator<Entry> {
  private final Supplier<Iterator<Entry>> opening;
  private final Consumer<StorageException> unreadable;
  private @Nullable Iterator<Entry> entries;

  /**
   * Opens nothing yet.
   *
   * @param unreadable told once, if there is such a place
   */
  ReadablePart(Supplier<Iterator<Entry>> opening, Consumer<StorageException> unreadable) {
    this.opening = opening;
    this.unreadable = unreadable;
  }

  @Override
  public boolean hasNext() {
    try {
      if (entries == null) {
        entries = opening.get();
      }
      return entries.hasNext();
    } catch (LostFileException | CorruptFileException e) {
      entries = Collections.emptyIterator();
      unreadable.accept(e);
      return false;
    }
  }

  @Override
  public Entry next() {
    if (!hasNext() || entries == null) { // reads on
      throw new NoSuchElementException();
    }
    return entries.next();
  }
}
