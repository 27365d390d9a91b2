package dev.millrace.datamanager.transfer;

import dev.millrace.datamanager.recovery.NamedManifest;
import dev.millrace.datamanager.recovery.RecoveryException;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that is kept of an installation as it was at one moment: a checkpoint, all manifests, the
 * files that they name, and what belongs to it beside. Its objects have to stay until it is closed.
 */
public final class Export implements AutoCloseable {
  /** The first file of an export: what it is. */
  static final String ABOUT = "export.json";

  /** Where objects are in it. */
  static final String OBJECTS = "objects/";

  /** Where all else is in it. */
  static final String EXTRAS = "extras/";

  static final int FORMAT = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ObjectStore objects;
  private final Kept checkpoint;
  private final SortedMap<String, byte[]> manifests;
  private final SortedMap<String, Long> files;
  private final Extras extras;
  private final Path scratch;
  private final Runnable closed;

  /** What an export says of itself. */
  record About(int format, Instant at, SortedMap<String, Long> positions) {}

  private Export(
      ObjectStore objects,
      Kept checkpoint,
      SortedMap<String, byte[]> manifests,
      SortedMap<String, Long> files,
      Extras extras,
      Path scratch,
      Runnable closed) {
    this.objects = objects;
    this.checkpoint = checkpoint;
    this.manifests = manifests;
    this.files = files;
    this.extras = extras;
    this.scratch = scratch;
    this.closed = closed;
  }

  /**
   * What the manifests say now.
   *
   * @param checkpoint just made
   * @param scratch a folder for files on their way
   * @param closed is told when objects may go again
   * @throws RecoveryException if a file is missing
   */
  public static Export of(
      ObjectStore objects,
      List<NamedManifest> all,
      Kept checkpoint,
      Extras extras,
      Path scratch,
      Runnable closed) {
    SortedMap<String, byte[]> manifests = new TreeMap<>();
    SortedMap<String, Long> files = new TreeMap<>();
    for (NamedManifest each : all) {
      manifests.put(each.path(), each.read(objects));
      files.putAll(each.files());
    }
    files.forEach((path, size) -> requireThere(objects, path, size));
    return new Export(objects, checkpoint, manifests, files, extras, scratch, closed);
  }

  private static void requireThere(ObjectStore objects, String path, long size) {
    Optional<ObjectInfo> there = objects.stat(path);
    if (there.isEmpty() || there.get().size() != size) {
      throw new RecoveryException(
          "%s is missing or damaged: without it there is no export (millrace doctor tells more)"
              .formatted(path),
          null);
    }
  }

  /** When its checkpoint was made. */
  public Instant at() {
    return checkpoint.at();
  }

  /** Writes it, once, as a tar archive. Files are read as they are written. */
  public void writeTo(OutputStream out) throws IOException {
    var writer = new ExportWriter(out);
    writer.add(
        ABOUT, JSON.writeValueAsBytes(new About(FORMAT, checkpoint.at(), checkpoint.positions())));
    for (var file : files.entrySet()) {
      try (var body = objects.read(file.getKey())) {
        writer.add(OBJECTS + file.getKey(), body, file.getValue());
      }
    }
    for (String name : extras.names()) {
      addExtra(writer, name);
    }
    for (var manifest : manifests.entrySet()) {
      writer.add(OBJECTS + manifest.getKey(), manifest.getValue());
    }
    writer.finish();
  }

  private void addExtra(ExportWriter writer, String name) throws IOException {
    Path file = Files.createTempFile(scratch, "entries-export-", null);
    try {
      try (var to = Files.newOutputStream(file)) {
        extras.write(name, to);
      }
      if (Files.size(file) > 0) {
        try (var body = Files.newInputStream(file)) {
          writer.add(EXTRAS + name, body, Files.size(file));
        }
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() {
    closed.run();
  }
}
