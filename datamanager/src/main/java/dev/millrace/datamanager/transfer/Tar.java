package dev.millrace.datamanager.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a file in a tar archive (POSIX ustar; sizes from 8 GiB on as GNU tar has them). It
 * belongs to whoever unpacks it.
 *
 * @param size of what follows it, in bytes; up to the next head come as many as {@link #padding}
 *     tells
 * @param mode the rights, as {@code 0600}
 * @param modified in seconds since 1970
 */
public record Tar(String name, long size, int mode, long modified) {
  /** How long a head is. What it heads is filled up to a multiple of it; two of zeroes end all. */
  public static final int BLOCK = 512;

  private static final int NAME = 100;
  private static final int MODE_AT = 100;
  private static final int MODE = 8;
  private static final int MODIFIED_AT = 136;
  private static final int SIZE_AT = 124;
  private static final int SIZE = 12;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM = 8;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX = 155;
  private static final long OCTAL_SIZES = 1L << 33;

  /** A file of nobody else, of no time. */
  Tar(String name, long size) {
    this(name, size, 0600, 0);
  }

  /** How many bytes follow a body up to the next head. */
  public static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  /**
   * The block.
   *
   * @throws IllegalArgumentException if the name is too long for one
   */
  public byte[] write() {
    byte[] block = new byte[BLOCK];
    int split = split();
    put(block, 0, name.substring(split == 0 ? 0 : split + 1));
    put(block, PREFIX_AT, name.substring(0, split));
    put(block, MODE_AT, String.format(Locale.ROOT, "%07o\0", mode));
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    putSize(block);
    put(block, MODIFIED_AT, String.format(Locale.ROOT, "%011o\0", modified));
    block[156] = '0'; // a file
    put(block, 257, "ustar\00000");
    put(block, CHECKSUM_AT, String.format(Locale.ROOT, "%06o\0 ", checksum(block)));
    return block;
  }

  private int split() {
    if (name.getBytes(UTF_8).length <= NAME) {
      return 0;
    }
    int slash = name.indexOf('/', Math.max(0, name.length() - NAME - 1));
    if (slash < 1 || slash > PREFIX) {
      throw new IllegalArgumentException("too long a name for an archive: " + name);
    }
    return slash;
  }

  private void putSize(byte[] block) {
    if (size < OCTAL_SIZES) {
      put(block, SIZE_AT, String.format(Locale.ROOT, "%011o\0", size));
    } else {
      byte[] big = BigInteger.valueOf(size).toByteArray();
      System.arraycopy(big, 0, block, SIZE_AT + SIZE - big.length, big.length);
      block[SIZE_AT] = (byte) 0x80;
    }
  }

  /** What the block says; null if it is the end of the archive, or no head of a file. */
  public static @Nullable Tar read(byte[] block) {
    try {
      String written = text(block, CHECKSUM_AT, CHECKSUM).strip();
      if (written.isEmpty() || Integer.parseInt(written, 8) != checksum(block)) {
        return null;
      }
      String prefix = text(block, PREFIX_AT, PREFIX);
      String last = text(block, 0, NAME);
      return new Tar(
          prefix.isEmpty() ? last : prefix + "/" + last,
          size(block),
          (int) octal(block, MODE_AT, MODE),
          octal(block, MODIFIED_AT, SIZE));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static long size(byte[] block) {
    return block[SIZE_AT] < 0
        ? new BigInteger(1, Arrays.copyOfRange(block, SIZE_AT + 1, SIZE_AT + SIZE)).longValueExact()
        : octal(block, SIZE_AT, SIZE);
  }

  private static long octal(byte[] block, int at, int length) {
    return Long.parseLong(text(block, at, length).strip(), 8);
  }

  /** As if the checksum itself were blanks. */
  private static int checksum(byte[] block) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean within = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM;
      sum += within ? ' ' : block[i] & 0xff;
    }
    return sum;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  private static String text(byte[] block, int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return new String(block, at, end - at, US_ASCII);
  }
}
