package dev.millrace.configstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TokensTest {
  @Test
  void aTokenIsAPrefixAndThirtyTwoBytesInLettersAndDigits() {
    var ones = new byte[Tokens.BYTES];
    Arrays.fill(ones, (byte) -1);

    assertThat(Tokens.of(new byte[Tokens.BYTES])).isEqualTo("mrt_" + "0".repeat(43));
    assertThat(Tokens.of(ones)).isEqualTo("mrt_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1");
  }

  @Test
  void otherBytesAreAnotherToken() {
    var one = new byte[Tokens.BYTES];
    one[31] = 1;

    assertThat(Tokens.of(one)).isEqualTo("mrt_" + "0".repeat(42) + "1");
  }

  @Test
  void fewerBytesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Tokens.of(new byte[31]));
  }

  @Test
  void theHashIsSha256() {
    assertThat(Tokens.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
