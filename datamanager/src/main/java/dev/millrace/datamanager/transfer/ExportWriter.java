package dev.millrace.datamanager.transfer;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Writes an export: files one after the other, and in the end the digests of all. */
final class ExportWriter {
  static final String DIGESTS = "digests.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int BUFFER = 64 << 10;

  private final OutputStream out;
  private final SortedMap<String, String> digests = new TreeMap<>();
  private final byte[] buffer = new byte[BUFFER];

  ExportWriter(OutputStream out) {
    this.out = out;
  }

  /** Adds a small file. */
  void add(String name, byte[] body) throws IOException {
    add(name, new ByteArrayInputStream(body), body.length);
  }

  /**
   * Adds a file.
   *
   * @throws IOException also if the body has not that size
   */
  void add(String name, InputStream body, long size) throws IOException {
    MessageDigest digest = Sha256.begin();
    out.write(new Tar(name, size).write());
    long left = size;
    while (left > 0) {
      int read = body.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("%s has %d bytes less than it should".formatted(name, left));
      }
      digest.update(buffer, 0, read);
      out.write(buffer, 0, read);
      left -= read;
    }
    if (body.read() >= 0) {
      throw new IOException("%s has more than %d bytes".formatted(name, size));
    }
    out.write(new byte[Tar.padding(size)]);
    digests.put(name, HexFormat.of().formatHex(digest.digest()));
  }

  /** Ends the archive. Without this it is not whole. */
  void finish() throws IOException {
    byte[] all =
        JSON.writeValueAsBytes(Map.of("files", digests, "total", Sha256.of(digests.toString())));
    out.write(new Tar(DIGESTS, all.length).write());
    out.write(all);
    out.write(new byte[Tar.padding(all.length) + 2 * Tar.BLOCK]);
    out.flush();
  }
}
