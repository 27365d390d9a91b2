package dev.millrace.forges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Bare git repositories below one directory, each named by an id that stays when its project is
 * renamed. Methods block, and may be called from any thread. One process at a time has the
 * directory: locks that it finds at first were left by one that died while it changed a ref, and
 * would keep every later push out.
 */
public final class HostedRepositories {

  static final String BRANCHES = "refs/heads/";
  static final String TAGS = "refs/tags/";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String ENDING = ".git";

  private final Path root;
  private final ConcurrentHashMap<String, ReentrantLock> updates = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Boolean> unlocked = new ConcurrentHashMap<>();

  /** There is no repository of this id. */
  public static final class NoSuchRepositoryException extends IOException {
    private static final long serialVersionUID = 1;

    NoSuchRepositoryException(String id) {
      super("there is no repository " + id);
    }
  }

  /** The repositories below this directory, which is made when it is not there. */
  public HostedRepositories(Path root) throws IOException {
    ServerGitSettings.apply();
    this.root = Files.createDirectories(root);
    // Otherwise measured, in the background, in the first directory that is looked at.
    FS.FileStoreAttributes.get(root);
  }

  /** Makes an empty repository unless there is one; whole or not at all. */
  public void create(String id) throws IOException {
    Path target = directory(id);
    if (Files.exists(target)) {
      return;
    }
    Path draft = Files.createTempDirectory(root, ".new-");
    try {
      try (var repository = new FileRepository(draft.toFile())) {
        repository.create(true);
        var config = repository.getConfig();
        // What git is told to be pushed has to survive the loss of power, as the ledger does.
        config.setBoolean("core", null, "fsyncobjectfiles", true);
        config.setBoolean("core", null, "fsyncreffiles", true);
        config.save();
        repository.updateRef("HEAD").link(BRANCHES + "main");
      }
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      deleteTree(draft);
      if (!Files.exists(target)) {
        throw e;
      }
    }
  }

  /** Removes the repository, if there is one. */
  public void delete(String id) throws IOException {
    Path target = directory(id);
    if (Files.exists(target)) {
      Path gone = Files.createTempDirectory(root, ".gone-");
      Files.move(target, gone.resolve(id), StandardCopyOption.ATOMIC_MOVE);
      deleteTree(gone);
    }
    updates.remove(id);
  }

  /** The ids of all repositories. */
  public List<String> ids() throws IOException {
    try (var found = Files.list(root)) {
      return found
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.endsWith(ENDING))
          .map(name -> name.substring(0, name.length() - ENDING.length()))
          .filter(id -> ID.matcher(id).matches())
          .sorted()
          .toList();
    }
  }

  /** Branches and tags with the ids of the objects that they point to. */
  public SortedMap<String, String> refs(String id) throws IOException {
    try (var repository = open(id)) {
      var refs = new TreeMap<String, String>();
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(BRANCHES, TAGS)) {
        ObjectId object = ref.getObjectId();
        if (object != null) {
          refs.put(ref.getName(), object.name());
        }
      }
      return refs;
    }
  }

  /** The commit that the object is, or as a tag points to; empty if it is no commit. */
  public Optional<CommitInfo> commit(String id, String object) throws IOException {
    try (var repository = open(id);
        var walk = new RevWalk(repository)) {
      RevCommit commit = commit(walk, object);
      if (commit == null) {
        return Optional.empty();
      }
      var author = commit.getAuthorIdent();
      return Optional.of(
          new CommitInfo(
              commit.name(),
              commit.getFullMessage(),
              author == null ? "" : author.getName(),
              author == null ? "" : author.getEmailAddress(),
              author == null ? java.time.Instant.EPOCH : author.getWhenAsInstant()));
    }
  }

  /**
   * The file at a commit; empty if there is none.
   *
   * @param most not more bytes than that are read, and of a larger file one more
   */
  public Optional<byte[]> file(String id, String commit, String path, int most) throws IOException {
    try (var repository = open(id);
        var walk = new RevWalk(repository)) {
      RevCommit found = commit(walk, commit);
      if (found == null) {
        return Optional.empty();
      }
      try (var tree = TreeWalk.forPath(walk.getObjectReader(), path, found.getTree())) {
        if (tree == null || !isFile(tree.getFileMode(0))) {
          return Optional.empty();
        }
        try (var content = walk.getObjectReader().open(tree.getObjectId(0)).openStream()) {
          return Optional.of(content.readNBytes(most + 1));
        }
      }
    }
  }

  private static boolean isFile(FileMode mode) {
    return mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
  }

  /** Calls the action while no push changes refs of the repository. */
  public <T> T holdingUpdates(String id, Callable<T> action) throws Exception {
    ReentrantLock lock = updates.computeIfAbsent(id, _ -> new ReentrantLock(true));
    lock.lock();
    try {
      return action.call();
    } finally {
      lock.unlock();
    }
  }

  Repository open(String id) throws IOException {
    Path directory = directory(id);
    try {
      unlocked.computeIfAbsent(id, _ -> unlock(directory));
    } catch (UncheckedIOException e) {
      throw new IOException("cannot remove old locks of repository " + id, e.getCause());
    }
    try {
      return new FileRepositoryBuilder()
          .setGitDir(directory.toFile())
          .setBare()
          .setMustExist(true)
          .build();
    } catch (RepositoryNotFoundException _) {
      throw new NoSuchRepositoryException(id);
    }
  }

  /** Removes lock files; no ref has such a name. Null if there is no repository yet. */
  private static @Nullable Boolean unlock(Path directory) {
    Path refs = directory.resolve("refs");
    if (!Files.isDirectory(refs)) {
      return null;
    }
    try (var top = Files.list(directory);
        var below = Files.walk(refs)) {
      for (Path file : Stream.concat(top, below).filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".lock")) {
          Files.deleteIfExists(file);
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not an id of a repository: " + id);
    }
    return root.resolve(id + ENDING);
  }

  private static @Nullable RevCommit commit(RevWalk walk, String object) throws IOException {
    try {
      return walk.parseCommit(ObjectId.fromString(object));
    } catch (MissingObjectException | IncorrectObjectTypeException | IllegalArgumentException _) {
      return null;
    }
  }

  private static void deleteTree(Path top) throws IOException {
    FileUtils.delete(top.toFile(), FileUtils.RECURSIVE | FileUtils.SKIP_MISSING);
  }
}
