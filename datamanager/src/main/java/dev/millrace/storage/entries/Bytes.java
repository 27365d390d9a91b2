package dev.millrace.storage.entries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Writes numbers and texts one after the other; {@link BytesReader} reads them. */
final class Bytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Seven bits a byte, the lowest first, as in protocol buffers. */
  Bytes number(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
    return this;
  }

  Bytes text(String text) {
    return bytes(text.getBytes(UTF_8));
  }

  /** A length and so many bytes. */
  Bytes bytes(byte[] bytes) {
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

  byte[] take() {
    byte[] all = out.toByteArray();
    out.reset();
    return all;
  }
}
