package dev.millrace.storage.index;

import dev.millrace.storage.index.IndexedRun.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds runs among millions, newest first. It lies in a directory of this machine, for one process
 * at a time, and holds only what can be told again: positions say up to where that has been done.
 *
 * <p>It is changed, refreshed and closed by one thread at a time; all else may be called from any.
 * Calls read the disk, so not from an event loop. They fail with {@link UncheckedIOException} if
 * the disk does; then {@link #rollback} before it is changed again.
 */
public final class RunIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunIndex.class);
  private static final String FORMAT = "format";
  // Of RunDocument: a change of what is in it is a new number, and all indexes are made again.
  private static final String FORMAT_NOW = "1";

  private final Path path;
  private Open open;
  private volatile SortedMap<String, Long> positions;
  private Found found; // guarded by this

  private record Open(FSDirectory directory, IndexWriter writer) {}

  /** What is found, and who wrote it; after a rollback that is another until the next refresh. */
  private record Found(SearcherManager searchers, IndexWriter writer) {
    static Found of(IndexWriter writer) throws IOException {
      return new Found(new SearcherManager(writer, null), writer);
    }
  }

  /**
   * A page of runs, newest first.
   *
   * @param next where the page after this one begins; null if there is none
   */
  public record Page(List<IndexedRun> runs, @Nullable Place next) {}

  private RunIndex(Path path) throws IOException {
    this.path = path;
    this.open = openFiles(path);
    this.positions = readPositions(open.writer());
    this.found = Found.of(open.writer());
  }

  /**
   * Opens the index in the directory, which is made if it is not there.
   *
   * @throws UncheckedIOException if it is damaged, or of another version: to be removed and filled
   *     anew
   * @throws IllegalStateException if somebody else has it open
   */
  public static RunIndex open(Path path) {
    try {
      return new RunIndex(path);
    } catch (IOException e) {
      throw failed("open", e);
    }
  }

  private static Open openFiles(Path path) throws IOException {
    Open opened = openWriter(path);
    String format = userData(opened.writer()).getOrDefault(FORMAT, FORMAT_NOW);
    if (!format.equals(FORMAT_NOW)) {
      close(opened);
      throw new IOException("it is of format %s, not %s".formatted(format, FORMAT_NOW));
    }
    return opened;
  }

  private static Open openWriter(Path path) throws IOException {
    var directory = FSDirectory.open(path);
    try {
      var config =
          new IndexWriterConfig()
              .setIndexSort(RunDocument.NEWEST_FIRST)
              .setCommitOnClose(false); // without positions it would say that nothing is in it
      return new Open(directory, new IndexWriter(directory, config));
    } catch (LockObtainFailedException e) {
      directory.close();
      throw new IllegalStateException("another process uses the index of runs in " + path, e);
    } catch (IllegalArgumentException e) { // it is of another version, which has other fields
      directory.close();
      throw new IOException(e);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Adds a run, which must not be there yet. It is found after the next {@link #refresh}. */
  public void add(IndexedRun run) {
    try {
      open.writer().addDocument(RunDocument.of(run));
    } catch (IOException | AlreadyClosedException e) {
      throw failed("write", e);
    }
  }

  /**
   * Adds many runs, as {@link #add}. If this throws, some may have been added.
   *
   * @param rows read by this thread; what that throws this throws
   * @param read the run of a row; may be called by any threads
   */
  public <T> void addAll(Iterator<T> rows, Function<? super T, IndexedRun> read) {
    Adding.all(rows, row -> add(read.apply(row)));
  }

  /**
   * Forgets a run.
   *
   * @param group its own, or one above it below which the number is unique
   */
  public void delete(String group, long number) {
    try {
      open.writer().deleteDocuments(Wanted.run(group, number));
    } catch (IOException | AlreadyClosedException e) {
      throw failed("write", e);
    }
  }

  /** Forgets the runs that ended before; it reads all that were created before. */
  public void deleteEndedBefore(Instant horizon) {
    Query created = Wanted.createdBefore(horizon);
    try {
      List<IndexedRun> survivors = Survivors.of(open.writer(), created, horizon);
      open.writer().deleteDocuments(created);
      survivors.forEach(this::add);
    } catch (IOException | AlreadyClosedException e) {
      throw failed("write", e);
    }
  }

  /** Forgets all runs, in favour of others that are added before the next commit. */
  public void deleteAll() {
    try {
      open.writer().deleteAll();
    } catch (IOException | AlreadyClosedException e) {
      throw failed("write", e);
    }
  }

  /** Lets everything be found that was added and deleted before. */
  public void refresh() {
    try {
      Found before = found();
      if (before.writer() == open.writer()) {
        before.searchers().maybeRefreshBlocking();
      } else {
        find(Found.of(open.writer()));
        before.searchers().close();
      }
    } catch (IOException | AlreadyClosedException e) {
      throw failed("read", e);
    }
  }

  private synchronized Found found() {
    return found;
  }

  private synchronized void find(Found now) {
    found = now;
  }

  /**
   * Makes all changes last.
   *
   * @param upTo up to where what is to be found here is in it, by the caller's own names
   */
  public void commit(Map<String, Long> upTo) {
    Map<String, String> told = new TreeMap<>(Map.of(FORMAT, FORMAT_NOW));
    upTo.forEach((name, position) -> told.put(name, Long.toString(position)));
    try {
      open.writer().setLiveCommitData(told.entrySet());
      open.writer().commit();
      positions = readPositions(open.writer());
    } catch (IOException | AlreadyClosedException e) {
      throw failed("write", e);
    }
  }

  /**
   * Forgets what was added and deleted since the last commit, also when a call has failed before:
   * if this succeeds all is well again. Until the next refresh all is found that was found before.
   * By the thread that adds.
   */
  public void rollback() {
    try {
      close(open);
    } catch (IOException | AlreadyClosedException e) {
      LOG.debug("the files of the index of runs are not what they were", e);
    }
    try {
      open = openFiles(path);
      positions = readPositions(open.writer());
    } catch (IOException e) {
      throw failed("open", e);
    }
  }

  private static void close(Open open) throws IOException {
    try (var _ = open.directory()) {
      open.writer().rollback(); // closes it, whatever state it is in
    }
  }

  /** The positions of the last commit, which is what the index began with; empty if it was new. */
  public SortedMap<String, Long> positions() {
    return positions;
  }

  private static SortedMap<String, Long> readPositions(IndexWriter writer) {
    return positions(userData(writer));
  }

  private static Map<String, String> userData(IndexWriter writer) {
    Map<String, String> all = new TreeMap<>();
    var told = writer.getLiveCommitData();
    if (told != null) {
      told.forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    }
    return all;
  }

  private static SortedMap<String, Long> positions(Map<String, String> told) {
    SortedMap<String, Long> positions = new TreeMap<>();
    told.forEach(
        (name, position) -> {
          if (!name.equals(FORMAT)) {
            positions.put(name, Long.valueOf(position));
          }
        });
    return Collections.unmodifiableSortedMap(positions);
  }

  /**
   * The newest runs that are wanted.
   *
   * @param after only those that come after this place; null for the first page
   * @param limit how many at most, from 1 on
   */
  public Page find(RunFilter filter, @Nullable Place after, int limit) {
    return searching(
        searcher -> {
          // One more than wanted tells whether there is another page.
          var hits =
              searcher.search(
                  Wanted.query(filter, after),
                  new TopFieldCollectorManager(
                      RunDocument.NEWEST_FIRST, limit + 1, fields(after), 1));
          List<IndexedRun> runs = new ArrayList<>();
          for (ScoreDoc hit : hits.scoreDocs) {
            runs.add(read(searcher, hit.doc));
          }
          boolean more = runs.size() > limit;
          List<IndexedRun> page = more ? runs.subList(0, limit) : runs;
          return new Page(List.copyOf(page), more ? page.getLast().place() : null);
        });
  }

  /** How many runs are wanted. */
  public long count(RunFilter filter) {
    return searching(searcher -> (long) searcher.count(Wanted.query(filter, null)));
  }

  /**
   * What was counted.
   *
   * @param positions those of the last commit before, so up to where what was to be told is counted
   */
  public record Counted(RunCounts counts, SortedMap<String, Long> positions) {}

  /**
   * How many runs are wanted, by what has become of them; looks at each of them.
   *
   * @param except runs that are not counted: their numbers, by a group above theirs below which
   *     these are unique, none of which is above another
   */
  public Counted counts(RunFilter filter, Map<String, Set<Long>> except) {
    return searching(
        searcher -> {
          RunCounts counts = counts(searcher, Wanted.query(filter, null));
          for (Map<String, Set<Long>> some : parts(except)) {
            counts = counts.minus(counts(searcher, Wanted.among(some, filter)));
          }
          return new Counted(counts, positions(searcher));
        });
  }

  private static RunCounts counts(IndexSearcher searcher, Query wanted) throws IOException {
    return searcher.search(wanted, CountingCollector.MANAGER);
  }

  private static List<Map<String, Set<Long>>> parts(Map<String, Set<Long>> whole) {
    return whole.entrySet().stream()
        .gather(Gatherers.windowFixed(Wanted.TOGETHER))
        .map(part -> part.stream().collect(Collectors.toMap(Entry::getKey, Entry::getValue)))
        .toList();
  }

  /**
   * The positions of the last commit before the last refresh: up to where what was to be told is
   * found. They are behind {@link #positions} from a commit to the refresh after it.
   */
  public SortedMap<String, Long> foundPositions() {
    return searching(RunIndex::positions);
  }

  private static SortedMap<String, Long> positions(IndexSearcher searcher) throws IOException {
    return positions(((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData());
  }

  private interface Search<T> {
    T in(IndexSearcher searcher) throws IOException;
  }

  private <T> T searching(Search<T> search) {
    try {
      IndexSearcher searcher = acquire();
      try {
        return search.in(searcher);
      } finally {
        searcher.getIndexReader().decRef();
      }
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  /** Not of what is being replaced. */
  private synchronized IndexSearcher acquire() throws IOException {
    return found.searchers().acquire();
  }

  private static @Nullable FieldDoc fields(@Nullable Place after) {
    return after == null
        ? null
        : new FieldDoc(
            Integer.MAX_VALUE,
            Float.NaN,
            new Object[] {
              after.createdAt().toEpochMilli(), new BytesRef(after.group()), after.number()
            });
  }

  private static IndexedRun read(IndexSearcher searcher, int document) {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    return RunDocument.read(leaf.reader(), document - leaf.docBase);
  }

  /** How many runs are in it, as far as they can be found. */
  public long size() {
    return searching(searcher -> (long) searcher.getIndexReader().numDocs());
  }

  /** Makes few large parts of many small ones: it gets smaller, and faster to search. */
  public void optimize() {
    try {
      open.writer().forceMerge(1);
    } catch (IOException | AlreadyClosedException e) {
      throw failed("write", e);
    }
  }

  private static UncheckedIOException failed(String what, Exception e) {
    return new UncheckedIOException(
        "cannot %s the index of runs: %s".formatted(what, e.getMessage()),
        e instanceof IOException io ? io : new IOException(e));
  }

  /** Closes it; what was not committed is forgotten. */
  @Override
  public void close() {
    try {
      found().searchers().close();
      close(open);
    } catch (IOException e) {
      throw failed("close", e);
    }
  }
}
