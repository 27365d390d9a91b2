package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class DashboardTest {

  @Test
  void theDashboardShowsEverythingThatIsDocumentedAndNothingElse() throws Exception {
    var metrics = DocumentedMetrics.read();
    Set<String> families =
        metrics.shown().stream()
            .filter(name -> name.startsWith("millrace_"))
            .map(name -> name.replaceFirst("_(bucket|count|sum|max)$", ""))
            .collect(Collectors.toSet());

    assertThat(families).isEqualTo(metrics.documented());
  }
}
