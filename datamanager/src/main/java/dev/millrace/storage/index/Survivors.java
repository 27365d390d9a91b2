package dev.millrace.storage.index;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;

/** Runs that were created before a time and had not ended by then. */
final class Survivors {
  private Survivors() {}

  /**
   * Finds them; it reads all that were created before.
   *
   * @param created finds those
   */
  static List<IndexedRun> of(IndexWriter writer, Query created, Instant horizon)
      throws IOException {
    List<IndexedRun> survivors = new ArrayList<>();
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      var searcher = new IndexSearcher(reader);
      Weight weight =
          searcher.createWeight(searcher.rewrite(created), ScoreMode.COMPLETE_NO_SCORES, 1);
      for (LeafReaderContext leaf : reader.leaves()) {
        Scorer scorer = weight.scorer(leaf);
        if (scorer != null) {
          add(survivors, leaf, scorer.iterator(), horizon);
        }
      }
    }
    return survivors;
  }

  private static void add(
      List<IndexedRun> survivors, LeafReaderContext leaf, DocIdSetIterator found, Instant horizon)
      throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    for (int document = found.nextDoc();
        document != DocIdSetIterator.NO_MORE_DOCS;
        document = found.nextDoc()) {
      if (live == null || live.get(document)) {
        IndexedRun run = RunDocument.read(leaf.reader(), document);
        Instant ended = run.endedAt();
        if (ended == null || !ended.isBefore(horizon)) {
          survivors.add(run);
        }
      }
    }
  }
}
