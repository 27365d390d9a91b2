package dev.millrace.datamanager.transfer;

import dev.millrace.datamanager.recovery.RecoveryException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Reads an export file by file. What is cut off or no archive is an error that names the file. */
final class ExportReader {
  private final InputStream in;
  private Tar file = new Tar("its first file", 0);
  private MessageDigest digest = Sha256.begin();
  private long left;

  ExportReader(InputStream in) {
    this.in = in;
  }

  /** The head of the next file; what is left of the one before is passed over. */
  Tar next() throws IOException {
    passOver();
    byte[] padding = in.readNBytes(Tar.padding(file.size()));
    byte[] block = in.readNBytes(Tar.BLOCK);
    Tar next = block.length == Tar.BLOCK ? Tar.read(block) : null;
    if (next == null || padding.length < Tar.padding(file.size())) {
      throw new EOFException("the export is cut off or damaged behind " + file.name());
    }
    file = next;
    left = next.size();
    digest = Sha256.begin();
    return next;
  }

  private void passOver() throws IOException {
    try (InputStream rest = body()) {
      rest.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** The body of the file, once; closing it does nothing. */
  InputStream body() {
    return new Body();
  }

  /** The body of a file that should be small. */
  byte[] small(int most) throws IOException {
    if (file.size() > most) {
      throw new RecoveryException(
          "%s is too large to be what it should be".formatted(file.name()), null);
    }
    return body().readAllBytes();
  }

  /** The SHA-256 of the body in hex; what is left of it is passed over. */
  String digest() throws IOException {
    passOver();
    return HexFormat.of().formatHex(digest.digest());
  }

  private final class Body extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int at, int length) throws IOException {
      if (length == 0 || left == 0) {
        return length == 0 ? 0 : -1;
      }
      int read = in.read(bytes, at, (int) Math.min(length, left));
      if (read < 0) {
        throw new EOFException("the export is cut off within " + file.name());
      }
      digest.update(bytes, at, read);
      left -= read;
      return read;
    }
  }
}
