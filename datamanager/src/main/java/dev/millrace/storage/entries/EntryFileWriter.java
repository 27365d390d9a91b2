package dev.millrace.storage.entries;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes one entry file; holds one block, the index, and eight bytes a key and folder in memory.
 * Used by one thread.
 */
final class EntryFileWriter {
  /** From this size on a block is closed, before it is compressed. */
  static final int BLOCK = 64 << 10;

  private static final int LEVEL = 3;
  private final OutputStream out;
  private final Bytes block = new Bytes();
  private final List<Index.Block> blocks = new ArrayList<>();
  private long written;
  private long[] hashes = new long[1_024];
  private int hashed;
  private long entries;
  private @Nullable EntryKey blockFirst;
  private @Nullable EntryKey first;
  private @Nullable EntryKey last;

  EntryFileWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Adds an entry.
   *
   * @throws IllegalArgumentException if its key does not come after those before
   */
  void add(Entry entry) throws IOException {
    EntryKey key = entry.key();
    if (last != null && last.compareTo(key) >= 0) {
      throw new IllegalArgumentException("%s comes after %s".formatted(key, last));
    }
    hash(KeyFilter.hash(key));
    if (last == null || !last.isBeside(key)) {
      hash(KeyFilter.hashOfFolder(key));
    }
    first = first == null ? key : first;
    blockFirst = blockFirst == null ? key : blockFirst;
    last = key;
    entries++;
    block.key(key).bytes(entry.value());
    if (block.size() >= BLOCK) {
      closeBlock();
    }
  }

  private void hash(long hash) {
    if (hashed == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * hashed);
    }
    hashes[hashed++] = hash;
  }

  /** What the file would have at least if it ended here, but for its last block, in bytes. */
  long size() {
    return written;
  }

  boolean isEmpty() {
    return entries == 0;
  }

  private void closeBlock() throws IOException {
    byte[] content = block.take();
    byte[] compressed = Zstd.compress(content, LEVEL);
    blocks.add(
        new Index.Block(
            Objects.requireNonNull(blockFirst),
            written,
            compressed.length,
            content.length,
            Index.checksum(compressed, 0, compressed.length)));
    out.write(compressed);
    written += compressed.length;
    blockFirst = null;
  }

  /** Writes the index; nothing is to be added after. There has to be an entry. */
  EntryFileInfo finish(String path) throws IOException {
    if (block.size() > 0) {
      closeBlock();
    }
    byte[] index = new Index(KeyFilter.of(hashes, hashed), blocks).write(written);
    out.write(index);
    return new EntryFileInfo(
        path,
        written + index.length,
        index.length,
        entries,
        Objects.requireNonNull(first),
        Objects.requireNonNull(last));
  }
}
