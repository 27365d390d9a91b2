package dev.millrace.datamanager.transfer;

import dev.millrace.datamanager.recovery.RecoveryException;
import dev.millrace.datamanager.transfer.Export.About;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectPath;
import dev.millrace.storage.objects.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts an export into an object storage that has nothing. Manifests come last, once all has been
 * verified: until then nothing of it counts.
 */
public final class Import {
  private static final int MANIFEST = 256 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ObjectStore objects;
  private final Extras extras;
  private final SortedMap<String, String> digests = new TreeMap<>();
  private final SortedMap<String, byte[]> manifests = new TreeMap<>();
  private @Nullable About about;

  private record Digests(SortedMap<String, String> files, String total) {}

  private Import(ObjectStore objects, Extras extras) {
    this.objects = objects;
    this.extras = extras;
  }

  /**
   * Reads an export to its end.
   *
   * @param extras takes what is not for the object storage, as it comes: it may have to be undone
   * @return when the export was made
   * @throws RecoveryException if it is not whole, with the name of the file that is not; nothing
   *     that was written counts then
   */
  public static Instant read(InputStream in, ObjectStore objects, Extras extras)
      throws IOException {
    var reading = new Import(objects, extras);
    boolean whole = false;
    try {
      Instant at = reading.read(new ExportReader(in));
      whole = true;
      return at;
    } catch (EOFException e) {
      throw new RecoveryException(String.valueOf(e.getMessage()), e);
    } finally {
      if (!whole) {
        reading.undo();
      }
    }
  }

  /** Deletes what was written. */
  private void undo() {
    digests.keySet().stream()
        .filter(name -> name.startsWith(Export.OBJECTS))
        .map(name -> name.substring(Export.OBJECTS.length()))
        .filter(path -> !manifests.containsKey(path))
        .forEach(objects::delete);
  }

  private Instant read(ExportReader from) throws IOException {
    for (Tar file = from.next(); !file.name().equals(ExportWriter.DIGESTS); file = from.next()) {
      take(file, from);
      digests.put(file.name(), from.digest());
    }
    verify(from.small(1 << 30));
    if (about == null) {
      throw new RecoveryException("this is no export of Millrace", null);
    }
    manifests.forEach(this::write);
    return about.at();
  }

  private void take(Tar file, ExportReader from) throws IOException {
    String name = file.name();
    if (about == null) {
      about = about(name, from.small(1 << 20));
    } else if (name.startsWith(Export.OBJECTS + "manifests/")) {
      manifests.put(name.substring(Export.OBJECTS.length()), from.small(MANIFEST));
    } else if (name.startsWith(Export.OBJECTS)) {
      takeObject(name.substring(Export.OBJECTS.length()), file, from);
    } else if (name.startsWith(Export.EXTRAS)) {
      extras.read(name.substring(Export.EXTRAS.length()), from.body());
    } else {
      throw new RecoveryException("%s does not belong into an export".formatted(name), null);
    }
  }

  private void takeObject(String path, Tar file, ExportReader from) {
    try {
      objects.write(ObjectPath.checked(path), from.body(), file.size(), Durability.PERSISTED);
    } catch (UncheckedIOException e) {
      throw new RecoveryException(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new RecoveryException("%s is no name of an object".formatted(path), e);
    }
  }

  private static About about(String name, byte[] body) {
    try {
      About read = name.equals(Export.ABOUT) ? JSON.readValue(body, About.class) : null;
      if (read == null || read.format() != Export.FORMAT) {
        throw new RecoveryException(
            read == null
                ? "this is no export of Millrace: it begins with " + name
                : "this export is of format %d, and format %d is known here: a newer Millrace is needed"
                    .formatted(read.format(), Export.FORMAT),
            null);
      }
      return read;
    } catch (JacksonException e) {
      throw new RecoveryException(name + " is damaged", e);
    }
  }

  private void verify(byte[] written) {
    try {
      Digests should = JSON.readValue(written, Digests.class);
      if (!Sha256.of(should.files().toString()).equals(should.total())) {
        throw new RecoveryException(ExportWriter.DIGESTS + " is damaged", null);
      }
      should
          .files()
          .forEach(
              (name, digest) -> {
                if (!digest.equals(digests.get(name))) {
                  throw new RecoveryException(
                      name + (digests.containsKey(name) ? " is damaged" : " is missing"), null);
                }
              });
      if (digests.size() != should.files().size()) {
        throw new RecoveryException("there are files in it that it does not name", null);
      }
    } catch (JacksonException e) {
      throw new RecoveryException(ExportWriter.DIGESTS + " is damaged", e);
    }
  }

  private void write(String path, byte[] body) {
    objects.write(path, new ByteArrayInputStream(body), body.length, Durability.PERSISTED);
  }
}
