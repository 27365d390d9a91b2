package dev.millrace.storage.entries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes numbers and texts one after the other; {@link BytesReader} reads them. */
public final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Seven bits a byte, the lowest first, as in protocol buffers; not below 0. */
  public Bytes number(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    return this;
  }

  /** Its UTF-8, with the length before it. */
  public Bytes text(String text) {
    return bytes(text.getBytes(UTF_8));
  }

  /** A length and so many bytes. */
  public Bytes bytes(byte[] bytes) {
    number(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  Bytes key(EntryKey key) {
    return text(key.type()).text(key.id());
  }

  int size() {
    return out.size();
  }

  /** What was written since the last call. */
  public byte[] take() {
    byte[] all = out.toByteArray();
    out.reset();
    return all;
  }
}
