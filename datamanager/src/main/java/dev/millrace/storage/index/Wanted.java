package dev.millrace.storage.index;

import dev.millrace.storage.index.IndexedRun.Place;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSortSortedNumericDocValuesRangeQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** Which runs are wanted, as queries of the index. */
final class Wanted {
  /** Two clauses each are a good part of those that a query may have. */
  static final int TOGETHER = 250;

  private Wanted() {}

  /** The run of this number; the group is its own, or one above it. */
  static Query run(String group, long number) {
    return new BooleanQuery.Builder()
        .add(new TermQuery(new Term(RunDocument.GROUP, group)), Occur.FILTER)
        .add(NumericDocValuesField.newSlowExactQuery(RunDocument.NUMBER, number), Occur.FILTER)
        .build();
  }

  /**
   * Those of some runs that match.
   *
   * @param some their numbers, by a group above theirs below which these are unique; of at most
   *     {@link #TOGETHER} groups
   */
  static Query among(Map<String, Set<Long>> some, RunFilter filter) {
    var any = new BooleanQuery.Builder();
    some.forEach(
        (group, numbers) -> {
          long[] set = numbers.stream().mapToLong(Long::longValue).toArray();
          any.add(
              new BooleanQuery.Builder()
                  .add(new TermQuery(new Term(RunDocument.GROUP, group)), Occur.FILTER)
                  .add(NumericDocValuesField.newSlowSetQuery(RunDocument.NUMBER, set), Occur.FILTER)
                  .build(),
              Occur.SHOULD);
        });
    return new BooleanQuery.Builder()
        .add(query(filter, null), Occur.FILTER)
        .add(any.build(), Occur.FILTER)
        .build();
  }

  /** Runs that were created before. */
  static Query createdBefore(Instant time) {
    var before = new BooleanQuery.Builder();
    created(before, null, time, null);
    return before.build();
  }

  /** Runs that match, in the order of the index those after the place if there is one. */
  static Query query(RunFilter filter, @Nullable Place after) {
    var all = new BooleanQuery.Builder();
    if (!filter.groups().isEmpty()) {
      all.add(Groups.anyOf(filter.groups()), Occur.FILTER);
    }
    any(all, RunDocument.PHASE, filter.phases());
    any(all, RunDocument.RESULT, filter.results());
    exactly(all, RunDocument.NAME, filter.name());
    exactly(all, RunDocument.BRANCH, filter.branch());
    exactly(all, RunDocument.AUTHOR, filter.author());
    exactly(all, RunDocument.TRIGGER, filter.trigger());
    for (String word : RunDocument.words(filter.text() == null ? "" : filter.text())) {
      all.add(new PrefixQuery(new Term(RunDocument.TEXT, word)), Occur.FILTER);
    }
    created(all, filter.since(), filter.until(), after);
    BooleanQuery query = all.build();
    return query.clauses().isEmpty() ? MatchAllDocsQuery.INSTANCE : query;
  }

  private static void any(BooleanQuery.Builder all, String field, Set<String> values) {
    if (values.size() == 1) {
      exactly(all, field, values.iterator().next());
    } else if (!values.isEmpty()) {
      all.add(new TermInSetQuery(field, values.stream().map(BytesRef::new).toList()), Occur.FILTER);
    }
  }

  private static void exactly(BooleanQuery.Builder all, String field, @Nullable String value) {
    if (value != null) {
      all.add(new TermQuery(new Term(field, value)), Occur.FILTER);
    }
  }

  /** A page that begins far down is found by its time, not by passing over what is before. */
  private static void created(
      BooleanQuery.Builder all,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable Place after) {
    long lowest = since == null ? Long.MIN_VALUE : since.toEpochMilli();
    long highest = until == null ? Long.MAX_VALUE : until.toEpochMilli() - 1;
    if (after != null) {
      highest = Math.min(highest, after.createdAt().toEpochMilli());
    }
    if (lowest != Long.MIN_VALUE || highest != Long.MAX_VALUE) {
      var slow = NumericDocValuesField.newSlowRangeQuery(RunDocument.CREATED, lowest, highest);
      all.add(
          new IndexSortSortedNumericDocValuesRangeQuery(RunDocument.CREATED, lowest, highest, slow),
          Occur.FILTER);
    }
  }
}
