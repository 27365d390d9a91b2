package dev.millrace.storage.entries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Reads what {@link Bytes} has written; whatever is wrong with it is an {@link Invalid}. */
public final class BytesReader {
  private final ByteBuffer in;

  /** What was read was never written. */
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
      super(message);
    }
  }

  /** Reads from the first byte on. */
  public BytesReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  /** Whether all has been read. */
  public boolean ended() {
    return !in.hasRemaining();
  }

  /** From 0 on. */
  public long number() throws Invalid {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte next = next();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new Invalid("a number without an end");
  }

  private byte next() throws Invalid {
    try {
      return in.get();
    } catch (BufferUnderflowException _) {
      throw new Invalid("it ends too early");
    }
  }

  /** A number that is a length or a checksum: 32 bits. */
  int word() throws Invalid {
    long value = number();
    if (value >>> Integer.SIZE != 0) {
      throw new Invalid("a number that is too large: " + value);
    }
    return (int) value;
  }

  /** So many as the length before them says. */
  public byte[] bytes() throws Invalid {
    byte[] bytes = new byte[length()];
    in.get(bytes);
    return bytes;
  }

  /** Passes over bytes without copying them. */
  void skipBytes() throws Invalid {
    int length = length();
    in.position(in.position() + length);
  }

  private int length() throws Invalid {
    long length = number();
    if (length > in.remaining()) {
      throw new Invalid("it ends too early");
    }
    return (int) length;
  }

  /** UTF-8 with its length before it. */
  public String text() throws Invalid {
    return new String(bytes(), UTF_8);
  }

  EntryKey key() throws Invalid {
    try {
      return new EntryKey(text(), text());
    } catch (IllegalArgumentException e) {
      throw new Invalid(String.valueOf(e.getMessage()));
    }
  }
}
