package dev.millrace.pipeline;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millrace.pipeline.When.Matcher;
import dev.millrace.pipeline.When.Section;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the field {@code when}. */
final class WhenReader {
  private static final String EXPECTED = "a text, a list of texts, or a map of include and exclude";
  private static final int LONGEST = 1000;

  private final Problems problems;

  WhenReader(Problems problems) {
    this.problems = problems;
  }

  When read(Fields of) {
    Node node = of.get("when");
    if (node == null) {
      return When.ALWAYS;
    }
    if (!(node instanceof Node.Mapping map)) {
      problems.add(node.spot(), Fields.expected("a map of branch, tag and ref", node));
      return When.ALWAYS;
    }
    Fields fields = new Fields(map, problems, "when", List.of("branch", "tag", "ref"));
    return new When(section(fields, "branch"), section(fields, "tag"), section(fields, "ref"));
  }

  private @Nullable Section section(Fields fields, String name) {
    Node node = fields.get(name);
    return switch (node) {
      case null -> null;
      case Node.Mapping map -> {
        Fields parts = new Fields(map, problems, name, List.of("include", "exclude"));
        yield new Section(matchers(parts.get("include")), matchers(parts.get("exclude")));
      }
      case Node.Listing _, Node.Scalar _ -> new Section(matchers(node), List.of());
    };
  }

  private List<Matcher> matchers(@Nullable Node node) {
    List<Matcher> matchers = new ArrayList<>();
    switch (node) {
      case null -> {}
      case Node.Listing list -> list.items().forEach(item -> matcher(item, "a text", matchers));
      case Node.Scalar scalar -> matcher(scalar, EXPECTED, matchers);
      case Node.Mapping map -> problems.add(map.spot(), Fields.expected(EXPECTED, map));
    }
    return List.copyOf(matchers);
  }

  private void matcher(Node node, String expected, List<Matcher> to) {
    if (!(node instanceof Node.Scalar scalar) || scalar.kind() == Node.Kind.NULL) {
      problems.add(node.spot(), Fields.expected(expected, node));
      return;
    }
    String text = scalar.text();
    if (text.length() > LONGEST) {
      problems.add(node.spot(), "longer than 1000 characters");
    } else if (isExpression(text)) {
      try {
        to.add(new Matcher.Found(Pattern.compile(text.substring(1, text.length() - 1))));
      } catch (PatternSyntaxException e) {
        problems.add(
            node.spot(),
            "%s is not a regular expression (RE2): %s"
                .formatted(Quote.quote(text), e.getDescription()));
      }
    } else {
      to.add(new Matcher.Exact(text));
    }
  }

  private static boolean isExpression(String text) {
    return text.length() > 2
        && ((text.startsWith("/") && text.endsWith("/"))
            || (text.startsWith("#") && text.endsWith("#")));
  }
}
