package dev.millrace.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BytesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "3K, 3072",
    "500M, 524288000",
    "2G, 2147483648",
    "1T, 1099511627776"
  })
  void aSizeIsANumberAndAUnit(String text, long bytes) {
    assertThat(Bytes.parse("--min-free", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1", "1.5G", "2 G", "1m", "1234567G", "1P"})
  void anythingElseIsRefused(String text) {
    assertThatExceptionOfType(Refused.class)
        .isThrownBy(() -> Bytes.parse("--min-free", text))
        .withMessage("--min-free is a size, as 500M or 2G, not " + text);
  }
}
