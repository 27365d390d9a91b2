package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of the hosted repositories of an installation of many. It has an id, in the file
 * {@value #FILE}, which the coordination store knows under {@value #KEY}. A gateway that served
 * another folder would take all branches for deleted, and those of the right one for new when that
 * comes back: every branch would be built again.
 */
record RepositoryFolder(Path folder) {
  private static final String FILE = ".millrace-folder";
  private static final String KEY = "git-folder";

  /**
   * Sees that this is the folder of the installation, or makes it so if there is none yet.
   *
   * @param made an id that nobody else has
   * @return its id
   * @throws StartException if it is another one
   */
  String require(CoordinationStore store, String made) throws IOException, StartException {
    Optional<String> here = id();
    Optional<String> known = known(store);
    if (known.isEmpty()) {
      if (here.isEmpty()) {
        DataDirectory.writePrivate(folder.resolve(FILE), made + "\n");
      }
      // Somebody else may have been faster.
      var _ = store.compareAndSet(KEY, 0, here.orElse(made).getBytes(UTF_8));
      return require(store, made);
    }
    if (here.isPresent() && here.equals(known)) {
      return here.get();
    }
    throw new StartException(
        "the hosted repositories of this installation are in another folder than %s: give this"
                .formatted(folder)
            + " gateway that one. To go on without what was pushed there, write %s into %s"
                .formatted(known.get(), folder.resolve(FILE)));
  }

  private Optional<String> id() throws IOException {
    try {
      return Optional.of(Files.readString(folder.resolve(FILE)).strip());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> known(CoordinationStore store) {
    return store.get(KEY).map(Versioned::value).map(bytes -> new String(bytes, UTF_8));
  }
}
