package dev.millrace.launcher.server;

import dev.millrace.bus.BusException;
import dev.millrace.datamanager.recovery.Recovery;
import dev.millrace.datamanager.transfer.Import;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.S3Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Puts an export into an installation that has nothing. */
public final class Importing {
  private final ServerOptions options;
  private final String bucket;

  private Importing(ServerOptions options) {
    this.options = options;
    this.bucket = options.s3().map(S3Settings::name).orElse("");
  }

  /**
   * Does it; what an earlier try has left that was killed is removed first. If it fails, nothing is
   * there again, or it can be done again.
   *
   * @return a sentence about what is there now
   * @throws StartException if there was anything, or the export is not whole
   */
  public static String of(ServerOptions options, InputStream from) throws StartException {
    try {
      return new Importing(options).read(from);
    } catch (UncheckedIOException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new StartException(String.valueOf(why.getMessage()), e);
    } catch (StorageException | BusException | IOException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private String read(InputStream from) throws StartException, IOException {
    boolean again = begin();
    var random = new Randomness();
    Instant at = null;
    try (var server = StoppedServer.open(options, random)) {
      ObjectStore objects = server.storage().objects();
      if (again) {
        manifests(objects).forEach(objects::delete);
      } else if (!manifests(objects).isEmpty()) {
        throw new StartException(
            bucket + " is not empty: an export can only be put where nothing was archived");
      }
      var repositories = new HostedRepositories(server.data().directory("repositories"));
      at = Import.read(from, objects, new RepositoryBundles(repositories));
    } finally {
      if (at == null) {
        undo();
      }
    }
    String said = "imported from an export of " + at;
    try (var recovering = Recovering.of(StoppedServer.open(options, random), "import", random)) {
      Recovery recovery = recovering.recovery();
      recovery.goOn(recovery.examine(), said, 0);
    }
    try (var data = DataDirectory.take(options.dataDirectory())) {
      Unfinished.end(data);
    }
    return said;
  }

  /** Tells whether the same import was begun before. */
  private boolean begin() throws StartException, IOException {
    try (var data = DataDirectory.take(options.dataDirectory())) {
      boolean again = Unfinished.isImport(data.root());
      boolean same = again && Unfinished.store(data.root()).equals(bucket);
      if (again) {
        Unfinished.clear(data.root());
      } else if (!Unfinished.isEmpty(data.root())) {
        throw new StartException(
            "%s is not empty: an export can only be put into an installation that has nothing"
                .formatted(data.root()));
      }
      Unfinished.begin(data, bucket);
      return same;
    }
  }

  private void undo() throws StartException, IOException {
    try (var data = DataDirectory.take(options.dataDirectory())) {
      Unfinished.clear(data.root());
      Unfinished.end(data);
    }
  }

  private static List<String> manifests(ObjectStore objects) {
    try (Stream<ObjectInfo> listed = objects.list("manifests/", "")) {
      return listed.map(ObjectInfo::path).toList();
    }
  }
}
