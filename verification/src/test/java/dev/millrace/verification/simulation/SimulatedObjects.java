package dev.millrace.verification.simulation;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The object storage as one process has it, while it takes a turn: a call fails before it has done
 * anything or after it has, takes so long that others go on meanwhile, or is the last of its
 * process.
 */
class SimulatedObjects implements ObjectStore {
  private final Storage storage;
  private final SimulatedProcess process;
  private final ObjectStore objects;
  private final Chaos chaos;

  SimulatedObjects(Storage storage, SimulatedProcess process) {
    this.storage = storage;
    this.process = process;
    this.objects = storage.objects;
    this.chaos = storage.world.chaos;
  }

  private <T> T look(Supplier<T> what) {
    if (process.isInTurn()) {
      process.bus.live();
      reach(Fault.OBJECTS_FAIL_BEFORE);
      wait(Fault.READ_OF_OBJECTS_SLOW);
    }
    return what.get();
  }

  private <T> T change(String what, String path, Supplier<T> change) {
    if (!process.isInTurn()) {
      return change.get();
    }
    String place = what + " " + kind(path);
    live("a datamanager dies before " + place);
    reach(Fault.OBJECTS_FAIL_BEFORE);
    wait(Fault.CHANGE_OF_OBJECTS_SLOW);
    T result = change.get();
    World.trace(process.broker, "%s: %s %s: %s", process.name, what, path, result);
    storage.world.stored.changed(path);
    live("a datamanager dies after " + place);
    wait(Fault.CHANGE_OF_OBJECTS_SLOW);
    reach(Fault.OBJECTS_FAIL_AFTER);
    return result;
  }

  private static String kind(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private void live(String place) {
    try {
      process.bus.live();
      if (chaos.strikes(Fault.DATAMANAGER_DIES_AT_A_CHANGE)) {
        throw new ProcessDeath();
      }
    } catch (ProcessDeath e) {
      chaos.tally.count(place);
      throw e;
    }
  }

  private void reach(Fault fault) {
    if (storage.isAway() || chaos.strikes(fault)) {
      throw new ObjectStoreException("the object storage cannot be reached", null);
    }
  }

  private void wait(Fault slow) {
    if (chaos.strikes(slow)) {
      storage.world.meanwhile(process, 1 + chaos.upTo(12));
    }
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    boolean _ =
        change(
            "writing",
            path,
            () -> {
              objects.write(path, body, size, durability);
              return true;
            });
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return change("writing", path, () -> addGeneration(objects, path, body, size, durability));
  }

  /** As {@link ObjectStore#writeIfAbsent}. */
  boolean addGeneration(
      ObjectStore to, String path, InputStream body, long size, Durability durability) {
    return to.writeIfAbsent(path, body, size, durability);
  }

  @Override
  public InputStream read(String path) {
    return look(() -> objects.read(path));
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    return look(() -> objects.read(path, offset, length));
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    return look(() -> objects.stat(path));
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    return look(() -> listed(objects.list(prefix, after).toList(), prefix).stream());
  }

  /** What is seen of a listing: all of it. */
  List<ObjectInfo> listed(List<ObjectInfo> all, String prefix) {
    return all;
  }

  @Override
  public void delete(String path) {
    boolean _ =
        change(
            "deleting",
            path,
            () -> {
              objects.delete(path);
              return true;
            });
  }

  @Override
  public void close() {
    // nothing is open
  }
}
