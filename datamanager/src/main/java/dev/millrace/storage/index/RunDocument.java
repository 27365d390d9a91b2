package dev.millrace.storage.index;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * A run as fields of the index. Nothing is stored beside the columns (doc values), which take few
 * bytes: times after creation are differences, and texts are numbers of a dictionary.
 */
final class RunDocument {
  static final String GROUP = "group";
  static final String NAME = "name";
  static final String PHASE = "phase";
  static final String RESULT = "result";
  static final String BRANCH = "branch";
  static final String AUTHOR = "author";
  static final String TRIGGER = "trigger";
  static final String TEXT = "text";
  static final String CREATED = "created";
  static final String NUMBER = "number";
  private static final String QUEUED = "queued";
  private static final String LASTED = "lasted";

  /** The newest first; the index is kept in this order, so the first hits are the wanted ones. */
  static final Sort NEWEST_FIRST =
      new Sort(
          new SortField(CREATED, SortField.Type.LONG, true),
          new SortField(GROUP, SortField.Type.STRING, true),
          new SortField(NUMBER, SortField.Type.LONG, true));

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private RunDocument() {}

  static Document of(IndexedRun run) {
    var document = new Document();
    for (String path : Groups.indexed(run.group())) {
      document.add(found(GROUP, path));
    }
    document.add(shown(GROUP, run.group()));
    add(document, NAME, run.name());
    add(document, PHASE, run.phase());
    add(document, RESULT, run.result());
    add(document, BRANCH, run.branch());
    add(document, AUTHOR, run.author());
    add(document, TRIGGER, run.trigger());
    words(run).forEach(word -> document.add(found(TEXT, word)));
    long created = run.createdAt().toEpochMilli();
    document.add(NumericDocValuesField.indexedField(CREATED, created));
    document.add(new NumericDocValuesField(NUMBER, run.number()));
    Instant started = run.startedAt();
    if (started != null) {
      document.add(new NumericDocValuesField(QUEUED, started.toEpochMilli() - created));
    }
    Instant ended = run.endedAt();
    if (ended != null) {
      long from = started == null ? created : started.toEpochMilli();
      document.add(new NumericDocValuesField(LASTED, ended.toEpochMilli() - from));
    }
    return document;
  }

  /** The words of name, branch and author. */
  static List<String> words(IndexedRun run) {
    return Stream.of(run.name(), run.branch(), run.author())
        .filter(Objects::nonNull)
        .flatMap(text -> words(text).stream())
        .distinct()
        .toList();
  }

  /** Letters and digits that stand together, in lower case. */
  static List<String> words(String text) {
    return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static void add(Document document, String field, @Nullable String text) {
    if (text != null) {
      document.add(found(field, text));
      document.add(shown(field, text));
    }
  }

  private static Field found(String field, String text) {
    return new StringField(field, text, Field.Store.NO);
  }

  private static Field shown(String field, String text) {
    return new SortedDocValuesField(field, new BytesRef(text));
  }

  /** The run of a document. */
  static IndexedRun read(LeafReader reader, int document) {
    try {
      var columns = new Columns(reader, document);
      Instant created = Instant.ofEpochMilli(columns.requiredNumber(CREATED));
      Long queued = columns.number(QUEUED);
      Long lasted = columns.number(LASTED);
      Instant started = queued == null ? null : created.plusMillis(queued);
      return new IndexedRun(
          columns.required(GROUP),
          columns.requiredNumber(NUMBER),
          columns.required(NAME),
          columns.required(PHASE),
          columns.required(RESULT),
          created,
          started,
          lasted == null ? null : (started == null ? created : started).plusMillis(lasted),
          columns.text(BRANCH),
          columns.text(AUTHOR),
          columns.text(TRIGGER));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the index of runs: " + e.getMessage(), e);
    }
  }

  private record Columns(LeafReader reader, int document) {
    @Nullable Long number(String field) throws IOException {
      var column = DocValues.getNumeric(reader, field);
      return column.advanceExact(document) ? column.longValue() : null;
    }

    long requiredNumber(String field) throws IOException {
      return Objects.requireNonNullElse(number(field), 0L);
    }

    String required(String field) throws IOException {
      return Objects.requireNonNullElse(text(field), "");
    }

    @Nullable String text(String field) throws IOException {
      var column = DocValues.getSorted(reader, field);
      return column.advanceExact(document)
          ? column.lookupOrd(column.ordValue()).utf8ToString()
          : null;
    }
  }
}
