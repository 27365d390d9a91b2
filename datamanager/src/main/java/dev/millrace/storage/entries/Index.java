package dev.millrace.storage.entries;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Which keys a file may have, and where its blocks are. Stored behind them: the index, then a
 * footer of fixed length with the index' offset, length and checksum, the format, and a checksum of
 * its own.
 */
record Index(KeyFilter filter, List<Index.Block> blocks) {
  /** Of the footer, in bytes. */
  static final int FOOTER = 40;

  private static final long MAGIC = 0x4d_52_45_4e_54_52_59_0aL; // "MRENTRY\n"
  private static final int FORMAT = 1;

  /**
   * A block.
   *
   * @param first its lowest key
   * @param offset of its first byte in the file
   * @param length in the file
   * @param content its length before it was compressed
   * @param checksum CRC-32C of what is in the file
   */
  record Block(EntryKey first, long offset, int length, int content, int checksum) {}

  /**
   * The last bytes of the file.
   *
   * @param offset of their first one
   */
  byte[] write(long offset) {
    var bytes = new Bytes().bytes(filter.bytes());
    for (Block block : blocks) {
      bytes
          .key(block.first())
          .number(block.offset())
          .number(block.length())
          .number(block.content())
          .number(Integer.toUnsignedLong(block.checksum()));
    }
    byte[] index = bytes.take();
    ByteBuffer all = ByteBuffer.allocate(index.length + FOOTER);
    all.put(index)
        .putLong(offset)
        .putInt(index.length)
        .putInt(blocks.size())
        .putInt(checksum(index, 0, index.length))
        .putInt(FORMAT)
        .putLong(MAGIC)
        .putInt(0); // for what is to come
    all.putInt(checksum(all.array(), index.length, FOOTER - 4));
    return all.array();
  }

  /**
   * The index of a file.
   *
   * @param tail the last bytes of the file
   */
  static Index read(EntryFileInfo file, byte[] tail) {
    long footerAt = file.size() - FOOTER;
    if (tail.length < FOOTER) {
      throw new CorruptFileException(file.path(), footerAt, "it has no footer");
    }
    ByteBuffer footer = ByteBuffer.wrap(tail, tail.length - FOOTER, FOOTER);
    final long offset = footer.getLong();
    final int length = footer.getInt();
    final int count = footer.getInt();
    final int sum = footer.getInt();
    final int format = footer.getInt();
    final long magic = footer.getLong();
    footer.getInt();
    if (footer.getInt() != checksum(tail, tail.length - FOOTER, FOOTER - 4)) {
      throw new CorruptFileException(file.path(), footerAt, "the footer's checksum is another");
    }
    if (magic != MAGIC || format != FORMAT) {
      throw new CorruptFileException(
          file.path(), footerAt, "it is not of a format that is known here");
    }
    if (offset + length != footerAt || length + FOOTER != tail.length) {
      throw new CorruptFileException(
          file.path(), footerAt, "the index is not where its writer said");
    }
    if (sum != checksum(tail, 0, length)) {
      throw new CorruptFileException(file.path(), offset, "the index' checksum is another");
    }
    return parse(file, Arrays.copyOf(tail, length), count, offset);
  }

  private static Index parse(EntryFileInfo file, byte[] index, int count, long end) {
    try {
      var in = new BytesReader(index);
      var filter = new KeyFilter(in.bytes());
      List<Block> blocks = new ArrayList<>();
      while (!in.ended()) {
        var block = new Block(in.key(), in.number(), in.word(), in.word(), in.word());
        blocks.add(block);
      }
      if (blocks.size() != count) {
        throw new CorruptFileException(file.path(), end, "the index is not whole");
      }
      return new Index(filter, blocks);
    } catch (BytesReader.Invalid e) {
      throw new CorruptFileException(file.path(), end, "the index: " + e.getMessage());
    }
  }

  static int checksum(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
