package dev.millrace.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialsFileTest {
  private static final String PASSWORD = "abcdefghijklmnop0123";

  @TempDir Path directory;

  @Test
  void aMissingFileIsMadeForItsOwnerAlone() throws Exception {
    var file = directory.resolve("broker");

    var made = CredentialsFile.readOrMake(file, "millrace", () -> PASSWORD);

    assertThat(made).isEqualTo(new Credentials("millrace", PASSWORD));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory)
        .isDirectoryContaining("regex:.*/broker")
        .isDirectoryNotContaining("glob:**credentials*");
  }

  @Test
  void whatWasMadeOnceStays() throws Exception {
    var file = directory.resolve("broker");
    var made = CredentialsFile.readOrMake(file, "millrace", () -> PASSWORD);

    assertThat(CredentialsFile.readOrMake(file, "other", () -> "another0another0")).isEqualTo(made);
    assertThat(CredentialsFile.read(file)).isEqualTo(made);
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws Exception {
    var file = directory.resolve("broker");
    var _ = CredentialsFile.readOrMake(file, "millrace", () -> PASSWORD);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> CredentialsFile.read(file))
        .withMessageContaining("may be read by others")
        .withMessageNotContaining(PASSWORD);
  }

  @Test
  void aFileOfAnotherFormIsRefused() throws Exception {
    var file = directory.resolve("broker");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, List.of(PASSWORD));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> CredentialsFile.read(file))
        .withMessageContaining("does not hold a user and a password");
  }

  @Test
  void credentialsThatNobodyCanMeanAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("", PASSWORD));
    assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("millrace", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("a\nb", PASSWORD));
    assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("a", "x\0y"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Credentials("a", "x".repeat(257)))
        .withMessageNotContaining("xx");
  }

  @Test
  void theTextFormTellsNoPassword() {
    assertThat(new Credentials("millrace", PASSWORD).toString())
        .contains("millrace")
        .doesNotContain(PASSWORD);
  }
}
