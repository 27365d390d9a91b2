package dev.millrace.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdsTest {
  @Test
  void everyCharacterIsAcceptedWhereTheGrammarHasItAndNowhereElse() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      for (String id : new String[] {"" + (char) c, "a" + (char) c, "a" + (char) c + "b"}) {
        assertThat(isAccepted(id)).as("U+%04X in %s", c, id).isEqualTo(matches(id));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64})
  void anIdHasUpTo64Characters(int length) {
    assertThatCode(() -> Ids.check("an id", "x".repeat(length))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65, 1000})
  void anIdIsNeitherEmptyNorLonger(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ids.check("an id", "x".repeat(length)))
        .withMessageStartingWith("an id is 1 to 64 letters");
  }

  private static boolean matches(String id) {
    return Ids.GRAMMAR.matcher(id).matches();
  }

  private static boolean isAccepted(String id) {
    try {
      Ids.check("an id", id);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
