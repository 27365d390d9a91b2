package dev.millrace.storage.manifests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What an object of a generation holds: "MRMANIF1", CRC-32C of the rest, id, id of the generation
 * it was made from, and content, each with its length before it.
 *
 * @param from empty if it was the first
 */
record Framed(String id, String from, byte[] content) {
  private static final long MAGIC = 0x4d_52_4d_41_4e_49_46_31L; // "MRMANIF1"
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  byte[] write() {
    byte[] ids = id.getBytes(UTF_8);
    byte[] froms = from.getBytes(UTF_8);
    var out =
        ByteBuffer.allocate(
            HEADER + 3 * Integer.BYTES + ids.length + froms.length + content.length);
    out.position(HEADER);
    out.putInt(ids.length).put(ids);
    out.putInt(froms.length).put(froms);
    out.putInt(content.length).put(content);
    out.rewind();
    out.putLong(MAGIC).putInt(checksum(out.array()));
    return out.array();
  }

  /** What was framed; empty if these are not its bytes. */
  static Optional<Framed> read(byte[] framed) {
    var in = ByteBuffer.wrap(framed);
    if (framed.length < HEADER || in.getLong() != MAGIC || in.getInt() != checksum(framed)) {
      return Optional.empty();
    }
    String id = new String(next(in), UTF_8);
    String from = new String(next(in), UTF_8);
    return Optional.of(new Framed(id, from, next(in)));
  }

  private static byte[] next(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }

  private static int checksum(byte[] framed) {
    var crc = new CRC32C();
    crc.update(framed, HEADER, framed.length - HEADER);
    return (int) crc.getValue();
  }
}
