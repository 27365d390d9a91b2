package dev.millrace.datamanager.checkpoints;

import dev.millrace.bus.ledger.Checkpoint;
import dev.millrace.bus.ledger.CheckpointCodec;
import dev.millrace.bus.ledger.Checkpoints;
import dev.millrace.bus.ledger.LedgerKind;
import dev.millrace.events.UnreadableException;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.checkpoints.CheckpointStore;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.entries.Entry;
import dev.millrace.storage.entries.EntryKey;
import dev.millrace.storage.objects.ObjectStore;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of ledgers in the object storage. One that is damaged or lacks a file gives way
 * to the one before.
 */
public final class LedgerCheckpoints implements Checkpoints {
  /** Where its files are, and nothing else. */
  public static final String FOLDER = "checkpoints/";

  private static final Logger LOG = LoggerFactory.getLogger(LedgerCheckpoints.class);
  static final String MANIFEST = "checkpoints";
  private static final String TYPE = "ledger";
  static final int MOST = 3;

  private final CheckpointStore store;
  private final DeliveryCheckpoints deliveries;

  LedgerCheckpoints(CheckpointStore store) {
    this.store = store;
    this.deliveries = new DeliveryCheckpoints(store);
  }

  /**
   * Opens them; there may be none.
   *
   * @param ids makes short random ids
   * @throws StorageException if the object storage cannot be read, or lacks what it should have
   */
  public static LedgerCheckpoints open(
      ObjectStore objects, CoordinationStore coordination, Supplier<String> ids) {
    return new LedgerCheckpoints(CheckpointStore.open(objects, coordination, MANIFEST, ids, MOST));
  }

  /** What the same checkpoints keep of deliveries. */
  public DeliveryCheckpoints deliveries() {
    return deliveries;
  }

  /** Which are kept, for whoever adds one or reads of a certain one. */
  public CheckpointStore store() {
    return store;
  }

  @Override
  public <S> Checkpoint<S> newest(LedgerKind<S, ?, ?> kind, int partition, long before) {
    String name = name(kind, partition);
    for (Kept kept : store.kept()) {
      if (kept.positions().getOrDefault(name, Long.MAX_VALUE) <= before) {
        Optional<Checkpoint<S>> found = tryToRead(kept, kind, name);
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    return Checkpoint.empty(kind.meaning().empty());
  }

  private <S> Optional<Checkpoint<S>> tryToRead(Kept kept, LedgerKind<S, ?, ?> kind, String name) {
    try {
      return Optional.of(read(kept, kind, name));
    } catch (StorageException | UnreadableException e) {
      LOG.error(
          "the checkpoint of {} of {} cannot be read, the one before counts: {}",
          name,
          kept.at(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The checkpoint of a partition.
   *
   * @throws StorageException if a file is gone or damaged
   * @throws UnreadableException if it is of another format
   */
  public <S> Checkpoint<S> read(Kept kept, LedgerKind<S, ?, ?> kind, String name) {
    Iterator<Entry> entries = store.read(kept, new EntryKey(TYPE, name + "/0"));
    return new CheckpointCodec<>(kind).read(new Parts(entries, name + "/"));
  }

  /**
   * Where a checkpoint says up to where the partition is in it: the offset after its last record.
   */
  public static String name(LedgerKind<?, ?, ?> kind, int partition) {
    return "%s/%05d".formatted(kind.events().name(), partition);
  }

  /** The entries of one partition's checkpoint, by key. */
  public static <S> Stream<Entry> entries(
      LedgerKind<S, ?, ?> kind, int partition, Checkpoint<S> checkpoint) {
    String name = name(kind, partition);
    Iterator<Integer> number = IntStream.iterate(0, n -> n + 1).iterator();
    return new CheckpointCodec<>(kind)
        .write(checkpoint)
        .map(
            part -> new Entry(new EntryKey(TYPE, "%s/%010d".formatted(name, number.next())), part));
  }

  /** The parts of one partition among entries that go on with others. */
  private static final class Parts implements Iterator<byte[]> {
    private final Iterator<Entry> entries;
    private final String prefix;
    private @Nullable Entry next;

    Parts(Iterator<Entry> entries, String prefix) {
      this.entries = entries;
      this.prefix = prefix;
    }

    @Override
    public boolean hasNext() {
      if (next == null && entries.hasNext()) {
        next = entries.next();
      }
      return next != null && next.key().id().startsWith(prefix);
    }

    @Override
    public byte[] next() {
      Entry now = hasNext() ? next : null;
      if (now == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return now.value();
    }
  }
}
