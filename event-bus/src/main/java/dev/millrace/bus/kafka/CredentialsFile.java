package dev.millrace.bus.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Supplier;

/**
 * Credentials in a file that nobody but its owner may read: two lines, {@code user} and password.
 */
public final class CredentialsFile {
  private static final String OWNER_ONLY = "rw-------";

  private CredentialsFile() {}

  /**
   * The credentials in the file; made and stored first if there is no such file. A file that others
   * may read is refused.
   */
  public static Credentials readOrMake(Path file, String user, Supplier<String> password)
      throws IOException {
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      write(file, new Credentials(user, password.get()));
      return read(file);
    }
  }

  /** The credentials in the file. */
  public static Credentials read(Path file) throws IOException {
    var lines = Files.readAllLines(file);
    var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    if (!permissions.endsWith("------")) {
      throw new IOException(
          file + " may be read by others (" + permissions + "): chmod 600 it, or delete it");
    }
    if (lines.size() != 2) {
      throw new IOException(file + " does not hold a user and a password, a line each");
    }
    return new Credentials(lines.get(0), lines.get(1));
  }

  // Under another name first: a crash must not leave half a file, which no start could read.
  private static void write(Path file, Credentials credentials) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
    var draft = Files.createTempFile(file.toAbsolutePath().getParent(), "credentials", "", mode);
    Files.write(draft, List.of(credentials.user(), credentials.password()));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
