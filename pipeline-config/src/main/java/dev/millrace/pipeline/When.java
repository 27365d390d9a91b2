package dev.millrace.pipeline;

import com.google.re2j.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For which pushes something takes part. The sections are asked in the order branch, tag, ref; each
 * that applies may change what the ones before it said.
 */
record When(@Nullable Section branch, @Nullable Section tag, @Nullable Section ref) {
  /** Takes part always. */
  static final When ALWAYS = new When(null, null, null);

  /** An exclude without an include never makes anything match. */
  record Section(List<Matcher> include, List<Matcher> exclude) {
    boolean matches(boolean before, String text) {
      boolean included = before || include.stream().anyMatch(m -> m.matches(text));
      return included && exclude.stream().noneMatch(m -> m.matches(text));
    }
  }

  /** One text of a section: to be equal to, or to be found as a regular expression. */
  sealed interface Matcher {
    boolean matches(String text);

    record Exact(String value) implements Matcher {
      @Override
      public boolean matches(String text) {
        return text.equals(value);
      }
    }

    record Found(Pattern pattern) implements Matcher {
      @Override
      public boolean matches(String text) {
        return pattern.matcher(text).find();
      }
    }
  }

  boolean matches(GitContext context) {
    if (branch == null && tag == null && ref == null) {
      return true;
    }
    boolean matches = false;
    if (branch != null
        && context.refType() == GitContext.RefType.branch
        && !context.branch().isEmpty()) {
      matches = branch.matches(matches, context.branch());
    }
    if (tag != null && context.refType() == GitContext.RefType.tag && !context.tag().isEmpty()) {
      matches = tag.matches(matches, context.tag());
    }
    if (ref != null) {
      matches = ref.matches(matches, context.ref());
    }
    return matches;
  }
}
