package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentTest {
  private final List<String> read = new ArrayList<>();
  private final Recent<String> recent = new Recent<>();

  @Test
  void theSameBytesAreReadOnce() {
    assertThat(get("one")).isEqualTo("read one");
    assertThat(get("one")).isEqualTo("read one");
    assertThat(read).containsExactly("one");
  }

  @Test
  void bytesThatFallIntoOnePlaceAreNotTakenForEachOther() {
    assertThat(get("Aa")).isEqualTo("read Aa");
    assertThat(get("BB")).isEqualTo("read BB"); // of the same hash code
    assertThat(get("Aa")).isEqualTo("read Aa");
  }

  @Test
  void bytesThatTheCallerChangesAfterwardsAreReadAgain() {
    byte[] bytes = "one".getBytes(StandardCharsets.UTF_8);
    recent.get(bytes, this::reading);
    bytes[0] = 'O';
    assertThat(recent.get(bytes, this::reading)).isEqualTo("read One");
    assertThat(get("one")).isEqualTo("read one");
  }

  @Test
  void aFailureIsNotKept() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  recent.get(
                      new byte[1],
                      _ -> {
                        throw new UnreadableException("no", null);
                      }))
          .isInstanceOf(UnreadableException.class);
    }
    assertThat(recent.get(new byte[1], this::reading)).isEqualTo("read \0");
  }

  @Test
  void whatIsLargeIsNotKept() {
    String large = "x".repeat(20_000);
    get(large);
    get(large);
    assertThat(read).hasSize(2);
  }

  private String get(String text) {
    return recent.get(text.getBytes(StandardCharsets.UTF_8), this::reading);
  }

  private String reading(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    read.add(text);
    return "read " + text;
  }
}
