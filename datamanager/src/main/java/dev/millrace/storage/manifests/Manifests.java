package dev.millrace.storage.manifests;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.NoSuchObjectException;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one manifest. Each is an object of its own, {@code manifests/NAME/NUMBER},
 * written once if there is none of this number: so of several writers one wins. The coordination
 * store has the number of the newest one under {@code manifests/NAME}: who watches that hears of
 * new ones. It only points: emptied or set back it is put right by whoever looks next, since the
 * highest whole generation in the object storage counts.
 *
 * <p>Calls may come from any thread and block. They fail with the exceptions of the two stores.
 */
public final class Manifests {
  private static final Logger log = LoggerFactory.getLogger(Manifests.class);

  private final ObjectStore objects;
  private final CoordinationStore coordination;
  private final String name;
  private final Supplier<String> ids;

  private record Stored(long generation, Framed framed) {
    Manifest manifest() {
      return new Manifest(generation, framed.id(), framed.content());
    }
  }

  /**
   * Looks at nothing yet.
   *
   * @param name letters, digits, {@code . _ -}
   * @param ids never one twice
   */
  public Manifests(
      ObjectStore objects, CoordinationStore coordination, String name, Supplier<String> ids) {
    this.objects = objects;
    this.coordination = coordination;
    this.name = name;
    this.ids = ids;
  }

  /** Where the coordination store has the number of the newest generation, in decimal. */
  public String pointer() {
    return "manifests/" + name;
  }

  /** The path of the object that this generation is. */
  public String path(Manifest manifest) {
    return path(manifest.generation());
  }

  /**
   * The newest whole generation; {@link Manifest#NONE} if there is none.
   *
   * @throws ManifestLostException if the pointer names a generation that is not there any more
   */
  public Manifest newest() {
    long known = pointed().map(Manifests::number).orElse(0L);
    // Most of the time this one listing shows the known one alone.
    Optional<Stored> found = highestWhole(Math.max(0, known - 1));
    if (found.isEmpty() && known > 0) {
      if (objects.stat(path(known)).isEmpty()) {
        throw new ManifestLostException(
            "generation %d of %s is missing in the object storage".formatted(known, pointer()));
      }
      log.error("generation {} of {} is damaged: the one before counts", known, pointer());
      found = highestWhole(0);
    }
    found.ifPresent(stored -> point(stored.generation()));
    return found.map(Stored::manifest).orElse(Manifest.NONE);
  }

  /**
   * The whole generations that are there, the newest first; each is read when it is come to. Older
   * ones are kept for a while only.
   */
  public Stream<Manifest> whole() {
    return generations(0).reversed().stream()
        .flatMap(generation -> stored(generation).stream())
        .map(Stored::manifest);
  }

  private Optional<Stored> highestWhole(long after) {
    return firstWhole(generations(after).reversed());
  }

  private Optional<Stored> firstWhole(List<Long> generations) {
    return generations.stream().flatMap(generation -> stored(generation).stream()).findFirst();
  }

  /** The numbers above the given one, lowest first, of whole and of damaged ones. */
  private List<Long> generations(long after) {
    try (Stream<ObjectInfo> listed = objects.list(path(), path(after))) {
      return listed.map(info -> Long.valueOf(info.path().substring(path().length()))).toList();
    }
  }

  private Optional<Stored> stored(long generation) {
    try (var in = objects.read(path(generation))) {
      return Framed.read(in.readAllBytes()).map(framed -> new Stored(generation, framed));
    } catch (NoSuchObjectException _) {
      return Optional.empty(); // pruned just now
    } catch (IOException e) {
      throw new ObjectStoreException(
          "cannot read %s: %s".formatted(path(generation), e.getMessage()), e);
    }
  }

  /**
   * Adds a generation to the one it was made from. If this throws, the generation may have been
   * added all the same: the content has to tell.
   *
   * @param from the generation that was the newest
   * @return the new one, or empty if another writer has added one meanwhile; then this one does not
   *     count
   */
  public Optional<Manifest> advance(Manifest from, byte[] content) {
    if (highestWhole(from.generation()).isPresent()) {
      return Optional.empty();
    }
    var added = new Framed(ids.get(), from.id(), content);
    byte[] body = added.write();
    long next = from.generation() + 1;
    while (!writeIfAbsent(next, body)) {
      if (stored(next).isPresent()) {
        return Optional.empty();
      }
      next++; // a damaged one: nobody can have gone on from it
    }
    Optional<Stored> later = firstWhole(generations(next));
    if (later.isPresent() && !later.get().framed().from().equals(added.id())) {
      // The number was free because what had it was pruned, after this call began.
      throw new ObjectStoreException(
          "whether generation %d of %s counts is not known".formatted(next, pointer()), null);
    }
    point(next);
    return Optional.of(new Manifest(next, added.id(), content));
  }

  private boolean writeIfAbsent(long generation, byte[] body) {
    return objects.writeIfAbsent(
        path(generation), new ByteArrayInputStream(body), body.length, Durability.PERSISTED);
  }

  /**
   * Deletes what is before the newest generations.
   *
   * @param keep how many whole ones stay, from 1 on
   * @param before those written later stay too: nobody who read one of the others may still be
   *     about to add one to it
   */
  public void prune(int keep, Instant before) {
    if (keep < 1) {
      throw new IllegalArgumentException("at least one generation is kept, not " + keep);
    }
    int whole = 0;
    for (long generation : generations(0).reversed()) {
      if (whole < keep) {
        whole += stored(generation).isPresent() ? 1 : 0;
      } else if (isOlder(generation, before)) {
        objects.delete(path(generation));
      }
    }
  }

  private boolean isOlder(long generation, Instant time) {
    return objects
        .stat(path(generation))
        .filter(info -> info.modified().isBefore(time))
        .isPresent();
  }

  private String path() {
    return "manifests/" + name + "/";
  }

  /** Of fixed width, so that paths are in the order of generations. */
  private String path(long generation) {
    return path() + "%019d".formatted(generation);
  }

  private Optional<Versioned> pointed() {
    return coordination.get(pointer());
  }

  private static long number(Versioned pointed) {
    return Long.parseLong(new String(pointed.value(), US_ASCII));
  }

  /** Lets the pointer name this generation, unless it names a later one. */
  private void point(long generation) {
    byte[] value = Long.toString(generation).getBytes(US_ASCII);
    while (true) {
      Optional<Versioned> now = pointed();
      if (now.isPresent() && number(now.get()) >= generation) {
        return;
      }
      long version = now.map(Versioned::version).orElse(0L);
      if (coordination.compareAndSet(pointer(), version, value).isPresent()) {
        return;
      }
    }
  }
}
