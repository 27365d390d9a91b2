package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TrendTest {
  private static Trend of(double... values) {
    return Trend.of(Arrays.stream(values).boxed().toList());
  }

  @Test
  void whatGrowsWhileItWarmsUpAndThenStaysIsFlat() {
    assertThat(of(10, 50, 90, 100, 101, 100, 102, 100, 101).isFlat(0)).isTrue();
  }

  @Test
  void whatGrowsAllTheTimeIsNot() {
    List<Double> leaking = IntStream.range(0, 30).mapToObj(i -> 100.0 + 4 * i).toList();
    assertThat(Trend.of(leaking).isFlat(0)).isFalse();
    assertThat(Trend.of(leaking).isFlat(50)).as("less than what means nothing").isTrue();
  }

  @Test
  void aFewHighValuesCountForNothing() {
    Trend trend = of(100, 100, 100, 100, 100, 100, 100, 900, 100);
    assertThat(trend).isEqualTo(new Trend(100, 100));
  }

  @Test
  void fewValuesTellNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> of(1, 2, 3, 4, 5));
  }
}
