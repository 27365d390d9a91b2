package dev.millrace.storage.entries;

import com.github.luben.zstd.Zstd;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Reads one entry file. Opening it is one read of the store, for the index, which stays in memory;
 * finding an entry is another one, and of a hundred entries that are not there 99 cost none. May be
 * used by any threads.
 *
 * <p>Whatever is read is what was written, or a {@link CorruptFileException}.
 */
public final class EntryFile {
  private final ObjectStore store;
  private final EntryFileInfo info;
  private final Index index;

  private EntryFile(ObjectStore store, EntryFileInfo info, Index index) {
    this.store = store;
    this.info = info;
    this.index = index;
  }

  /**
   * Opens the file.
   *
   * @throws dev.millrace.storage.objects.NoSuchObjectException if it is not there
   * @throws CorruptFileException if it is not what its writer wrote
   */
  public static EntryFile open(ObjectStore store, EntryFileInfo info) {
    byte[] tail = read(store, info, info.size() - info.indexLength(), info.indexLength());
    return new EntryFile(store, info, Index.read(info, tail));
  }

  /** What is stored under the key; empty if nothing is. */
  public Optional<byte[]> find(EntryKey key) {
    int at = index.filter().mayHave(key) ? blockOf(key) : -1;
    if (at < 0) {
      return Optional.empty();
    }
    Index.Block block = index.blocks().get(at);
    byte[] content = content(block);
    return parsed(
        block,
        () -> {
          var in = new BytesReader(content);
          while (!in.ended()) {
            if (in.key().equals(key)) {
              return Optional.of(in.bytes());
            }
            in.skipBytes();
          }
          return Optional.empty();
        });
  }

  /** All entries from the key on, in order, a block of them in memory at a time. */
  public Iterator<Entry> from(EntryKey key) {
    return new Scan(key);
  }

  /** The last block that begins with the key or before it; -1 if all begin behind it. */
  private int blockOf(EntryKey key) {
    int low = 0;
    int high = index.blocks().size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (index.blocks().get(middle).first().compareTo(key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private List<Entry> entries(Index.Block block) {
    byte[] content = content(block);
    return parsed(
        block,
        () -> {
          List<Entry> entries = new ArrayList<>();
          var in = new BytesReader(content);
          while (!in.ended()) {
            entries.add(new Entry(in.key(), in.bytes()));
          }
          return entries;
        });
  }

  private interface Parser<T> {
    T parse() throws BytesReader.Invalid;
  }

  private <T> T parsed(Index.Block block, Parser<T> parser) {
    try {
      return parser.parse();
    } catch (BytesReader.Invalid e) {
      throw new CorruptFileException(info.path(), block.offset(), "a block: " + e.getMessage());
    }
  }

  /** What the block says, before it was compressed. */
  private byte[] content(Index.Block block) {
    byte[] compressed = read(store, info, block.offset(), block.length());
    if (Index.checksum(compressed, 0, compressed.length) != block.checksum()) {
      throw new CorruptFileException(
          info.path(), block.offset(), "the checksum of a block is another");
    }
    byte[] content = new byte[block.content()];
    long length = Zstd.decompress(content, compressed);
    if (length != content.length) {
      throw new CorruptFileException(
          info.path(), block.offset(), "a block has another length than its writer said");
    }
    return content;
  }

  private static byte[] read(ObjectStore store, EntryFileInfo info, long offset, int length) {
    byte[] bytes;
    try (InputStream in = store.read(info.path(), offset, length)) {
      bytes = in.readNBytes(length);
    } catch (IOException e) {
      throw new ObjectStoreException(
          "cannot read %s from %d on: %s".formatted(info.path(), offset, e.getMessage()), e);
    }
    if (bytes.length < length) {
      throw new CorruptFileException(
          info.path(), offset + bytes.length, "it ends before its %d bytes".formatted(info.size()));
    }
    return bytes;
  }

  private final class Scan implements Iterator<Entry> {
    private final EntryKey from;
    private int nextBlock;
    private Iterator<Entry> entries = List.<Entry>of().iterator();

    Scan(EntryKey from) {
      this.from = from;
      this.nextBlock = Math.max(0, blockOf(from));
    }

    @Override
    public boolean hasNext() {
      while (!entries.hasNext() && nextBlock < index.blocks().size()) {
        List<Entry> read = entries(index.blocks().get(nextBlock++));
        read.removeIf(entry -> entry.key().compareTo(from) < 0);
        entries = read.iterator();
      }
      return entries.hasNext();
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return entries.next();
    }
  }
}
