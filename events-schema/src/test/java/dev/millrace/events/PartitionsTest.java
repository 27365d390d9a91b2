package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against values of Kafka's own {@code Utils.murmur2}, by its test and its default partitioner. */
final class PartitionsTest {
  @ParameterizedTest
  @CsvSource({
    "21, -973932308",
    "foobar, -790332482",
    "a-little-bit-long-string, -985981536",
    "a-little-bit-longer-string, -1486304829",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
    "abc, 479470107"
  })
  void aKeyIsHashedAsKafkaDoes(String key, int murmur2) {
    assertThat(Partitions.of(key, Integer.MAX_VALUE))
        .isEqualTo((murmur2 & 0x7fffffff) % Integer.MAX_VALUE);
    assertThat(Partitions.of(key, 16)).isEqualTo((murmur2 & 0x7fffffff) % 16);
  }
}
