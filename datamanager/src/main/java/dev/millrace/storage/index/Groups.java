package dev.millrace.storage.index;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;

/**
 * How runs are found by the groups above theirs. What most lists ask for, all runs of one kind of
 * root group and all of one root group, is indexed; what lies between that and a run's own group is
 * found by the paths beneath it, which saves more than a byte a run.
 */
final class Groups {
  private Groups() {}

  /** {@code /project}, {@code /project/x}, and the whole path. */
  static Set<String> indexed(String path) {
    Set<String> all = new LinkedHashSet<>();
    int first = path.indexOf('/', 1);
    if (first > 0) {
      all.add(path.substring(0, first));
      int second = path.indexOf('/', first + 1);
      if (second > 0) {
        all.add(path.substring(0, second));
      }
    }
    all.add(path);
    return all;
  }

  /**
   * Runs of one of these groups, or of one beneath it. Any number of kinds of root groups and of
   * root groups; of what lies below those a few hundred.
   */
  static Query anyOf(Collection<String> paths) {
    var any = new BooleanQuery.Builder();
    any.add(
        new TermInSetQuery(RunDocument.GROUP, paths.stream().map(BytesRef::new).toList()),
        Occur.SHOULD);
    for (String path : paths) {
      if (path.chars().filter(c -> c == '/').count() > 2) {
        any.add(new PrefixQuery(new Term(RunDocument.GROUP, path + "/")), Occur.SHOULD);
      }
    }
    return any.build();
  }
}
