package dev.millrace.storage.index;

import java.io.IOException;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;

/** Counts what is found by phase and result: some nanoseconds a run, as both are columns. */
final class CountingCollector implements Collector {
  static final CollectorManager<CountingCollector, RunCounts> MANAGER =
      new CollectorManager<>() {
        @Override
        public CountingCollector newCollector() {
          return new CountingCollector();
        }

        @Override
        public RunCounts reduce(Collection<CountingCollector> all) {
          return all.stream().map(each -> each.counts).reduce(RunCounts.NONE, RunCounts::plus);
        }
      };

  private RunCounts counts = RunCounts.NONE;

  private CountingCollector() {}

  @Override
  public ScoreMode scoreMode() {
    return ScoreMode.COMPLETE_NO_SCORES;
  }

  @Override
  public LeafCollector getLeafCollector(LeafReaderContext context) throws IOException {
    var phases = new Column(DocValues.getSorted(context.reader(), RunDocument.PHASE));
    var results = new Column(DocValues.getSorted(context.reader(), RunDocument.RESULT));
    return new LeafCollector() {
      private long total;

      @Override
      public void setScorer(Scorable scorer) {}

      @Override
      public void collect(int document) throws IOException {
        total++;
        phases.count(document);
        results.count(document);
      }

      @Override
      public void finish() throws IOException {
        counts = counts.plus(new RunCounts(total, phases.counts(), results.counts()));
      }
    };
  }

  /** How often each text of a column was seen, by its number in the column's dictionary. */
  private static final class Column {
    private final SortedDocValues texts;
    private final long[] seen;

    Column(SortedDocValues texts) {
      this.texts = texts;
      this.seen = new long[texts.getValueCount()];
    }

    void count(int document) throws IOException {
      if (texts.advanceExact(document)) {
        seen[texts.ordValue()]++;
      }
    }

    SortedMap<String, Long> counts() throws IOException {
      SortedMap<String, Long> counts = new TreeMap<>();
      for (int i = 0; i < seen.length; i++) {
        if (seen[i] > 0) {
          counts.put(texts.lookupOrd(i).utf8ToString(), seen[i]);
        }
      }
      return counts;
    }
  }
}
