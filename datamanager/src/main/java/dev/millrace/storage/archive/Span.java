package dev.millrace.storage.archive;

import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryFileInfo;
import java.util.Iterator;

/** Entries on their way into a file, which tell of which times they are. */
final class Span implements Iterator<Entry> {
  private final Iterator<Entry> marked;
  private long oldest = Long.MAX_VALUE;
  private long newest = Long.MIN_VALUE;

  Span(Iterator<Entry> marked) {
    this.marked = marked;
  }

  @Override
  public boolean hasNext() {
    return marked.hasNext();
  }

  @Override
  public Entry next() {
    Entry next = marked.next();
    long at = Change.at(next.value());
    oldest = Math.min(oldest, at);
    newest = Math.max(newest, at);
    return next;
  }

  /** The file into which went what was taken from here since the last one. */
  ArchivedFile file(EntryFileInfo info) {
    var file = new ArchivedFile(info, oldest, newest);
    oldest = Long.MAX_VALUE;
    newest = Long.MIN_VALUE;
    return file;
  }
}
