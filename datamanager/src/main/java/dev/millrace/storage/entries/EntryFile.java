package dev.millrace.storage.entries;

import com.github.luben.zstd.Zstd;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /**
   * The entry with the highest key of the same type and folder that is not above this one; empty if
   * there is none. One read of the store where no folder lies within another, and for 99 of a
   * hundred folders that the file has nothing of none.
   */
  public Optional<Entry> lastUpTo(EntryKey key) {
    if (!index.filter().mayHaveFolderOf(key)) {
      return Optional.empty();
    }
    for (int at = blockOf(key); at >= 0; at--) {
      Index.Block block = index.blocks().get(at);
      byte[] content = content(block);
      Optional<Entry> last = parsed(block, () -> lastUpTo(new BytesReader(content), key));
      if (last.isPresent() || !block.first().isBelow(key)) {
        return last;
      }
    }
    return Optional.empty();
  }

  private static Optional<Entry> lastUpTo(BytesReader in, EntryKey key) throws BytesReader.Invalid {
    Optional<Entry> last = Optional.empty();
    while (!in.ended()) {
      EntryKey next = in.key();
      if (next.compareTo(key) > 0) {
        return last;
      }
      if (next.isBeside(key)) {
        last = Optional.of(new Entry(next, in.bytes()));
      } else {
        in.skipBytes();
      }
    }
    return last;
  }

  /** All entries from the key on, in order, a block of them in memory at a time. */
  public Iterator<Entry> from(EntryKey key) {
    return new Scan(key);
  }

  /** As {@link #from} if there is an entry of this key; else empty, as cheaply as {@link #find}. */
  public Optional<Iterator<Entry>> startingWith(EntryKey key) {
    if (!index.filter().mayHave(key)) {
      return Optional.empty();
    }
    var scan = new Scan(key);
    return scan.startsWith(key) ? Optional.of(scan) : Optional.empty();
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
    private final Deque<Entry> entries = new ArrayDeque<>();

    Scan(EntryKey from) {
      this.from = from;
      this.nextBlock = Math.max(0, blockOf(from));
    }

    boolean startsWith(EntryKey key) {
      return hasNext() && entries.element().key().equals(key);
    }

    @Override
    public boolean hasNext() {
      while (entries.isEmpty() && nextBlock < index.blocks().size()) {
        for (Entry entry : entries(index.blocks().get(nextBlock++))) {
          if (entry.key().compareTo(from) >= 0) {
            entries.add(entry);
          }
        }
      }
      return !entries.isEmpty();
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return entries.remove();
    }
  }
}
