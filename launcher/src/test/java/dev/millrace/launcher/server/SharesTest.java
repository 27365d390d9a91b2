package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SharesTest {
  private static List<String> instances(int count) {
    return IntStream.range(0, count).mapToObj(i -> "runservice-" + (char) ('a' + i)).toList();
  }

  @Test
  void whereNobodyIsNobodyWrites() {
    assertThat(Shares.of("run-events", 16, List.of())).isEmpty();
  }

  @Test
  void nobodyHasMoreThanItsPart() {
    for (int count = 1; count <= 20; count++) {
      List<String> shares = Shares.of("run-events", 16, instances(count));
      assertThat(shares).hasSize(16);
      int most = (16 + count - 1) / count;
      for (String instance : instances(count)) {
        assertThat(shares.stream().filter(instance::equals).count()).isLessThanOrEqualTo(most);
      }
    }
  }

  @Test
  void everybodyComesToTheSame() {
    List<String> instances = instances(5);
    assertThat(Shares.of("run-events", 16, instances.reversed()))
        .isEqualTo(Shares.of("run-events", 16, instances));
  }

  @Test
  void whenOneGoesMostOfTheOthersKeepWhatTheyHave() {
    int moved = 0;
    int others = 0;
    for (String gone : instances(4)) {
      List<String> left = new ArrayList<>(instances(4));
      left.remove(gone);
      List<String> before = Shares.of("run-events", 64, instances(4));
      List<String> after = Shares.of("run-events", 64, left);
      for (int p = 0; p < 64; p++) {
        if (!before.get(p).equals(gone)) {
          others++;
          moved += before.get(p).equals(after.get(p)) ? 0 : 1;
        }
      }
    }
    assertThat(moved).as("of " + others).isLessThan(others / 4);
  }
}
