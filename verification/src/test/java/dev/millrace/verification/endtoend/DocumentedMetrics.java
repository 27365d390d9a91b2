package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** What is said of metrics to people: docs/metrics.md, and the dashboard. */
record DocumentedMetrics(Set<String> documented, Set<String> shown) {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(millrace_[a-z_]+)` \\|");
  private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (millrace_[a-z_]+) ");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)[ {]");
  private static final Pattern NAME =
      Pattern.compile("\\b((?:millrace|jvm|process|system)_[a-z_]+)");

  static DocumentedMetrics read() throws IOException {
    Path root = Path.of("..");
    var dashboard =
        new JsonMapper().readTree(Files.readString(root.resolve("deploy/grafana/millrace.json")));
    String expressions =
        dashboard.findValues("expr").stream()
            .map(expression -> expression.stringValue())
            .collect(Collectors.joining("\n"));
    return new DocumentedMetrics(
        found(ROW, Files.readString(root.resolve("docs/metrics.md"))), found(NAME, expressions));
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Fails unless a server that has everything tells all that is documented, and nothing else. */
  void check(String scraped) {
    Set<String> told = found(FAMILY, scraped);
    told.removeIf(name -> name.endsWith("_max"));
    assertThat(documented).as("docs/metrics.md").isEqualTo(told);
    assertThat(found(SAMPLE, scraped)).as("deploy/grafana/millrace.json").containsAll(shown);
  }
}
