package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.http.Seen.Ledger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SeenTest {

  @Test
  void itIsReadAsItIsWritten() {
    var seen = Seen.NOTHING.with(Ledger.RUNS, 3, 105).with(Ledger.CONFIG, 0, 17);

    assertThat(seen).hasToString("c0:17,r3:105");
    assertThat(Seen.parse("c0:17,r3:105")).isEqualTo(seen);
    assertThat(Seen.parse("")).isEqualTo(Seen.NOTHING);
  }

  @Test
  void ofEachPartitionTheLatestCounts() {
    var one = Seen.parse("r1:5,r2:9");
    var other = Seen.parse("r1:7,r2:8,c0:0");

    assertThat(one.and(other)).isEqualTo(other.and(one)).hasToString("c0:0,r1:7,r2:9");
    assertThat(one.with(Ledger.RUNS, 1, 4)).isEqualTo(one);
    assertThat(one.with(Ledger.RUNS, 3, -1)).isEqualTo(one);
    assertThat(Seen.parse("r1:7,r1:5")).hasToString("r1:7");
    assertThat(one.of(Ledger.CONFIG, 0)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x0:1",
        "r:1",
        "r1",
        "r1:",
        "r1:-1",
        "r1:5;r2:5",
        ",",
        "r1:5,",
        "r1:1234567890123456789",
        "r1234567:1",
        "c0:17 r3:105"
      })
  void whatIsMalformedIsRefused(String text) {
    assertThatThrownBy(() -> Seen.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Millrace-Position has to be as it was answered");
  }

  @Test
  void thereIsABoundOfHowMuchItIs() {
    assertThatThrownBy(() -> Seen.parse("r1:5,".repeat(5000) + "r1:5"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
