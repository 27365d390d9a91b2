package dev.millrace.storage.objects;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks folders in the order of whole paths. A folder sorts as its name with the {@code /} that
 * follows it, or else {@code a-b} would come after {@code a/b}. One folder's names are read at
 * once, when the walk comes to it.
 */
final class PosixListing implements Iterator<ObjectInfo> {
  private final Path objects;
  private final String prefix;
  private final String after;
  private final Deque<Iterator<String>> open = new ArrayDeque<>();
  private @Nullable ObjectInfo next;

  PosixListing(Path objects, String prefix, String after) {
    this.objects = objects;
    this.prefix = prefix;
    this.after = after;
    open.push(names(""));
  }

  static ObjectInfo info(String path, BasicFileAttributes attributes) {
    return new ObjectInfo(path, attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  @Override
  public boolean hasNext() {
    while (next == null && !open.isEmpty()) {
      Iterator<String> names = open.element();
      if (!names.hasNext()) {
        open.pop();
        continue;
      }
      String name = names.next();
      if (name.endsWith("/")) {
        open.push(names(name));
      } else {
        next = look(name);
      }
    }
    return next != null;
  }

  @Override
  public ObjectInfo next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ObjectInfo found = next;
    next = null;
    return Objects.requireNonNull(found);
  }

  private @Nullable ObjectInfo look(String path) {
    try {
      var attributes = Files.readAttributes(objects.resolve(path), BasicFileAttributes.class);
      return attributes.isRegularFile() ? info(path, attributes) : null;
    } catch (NoSuchFileException _) {
      return null; // deleted meanwhile
    } catch (IOException e) {
      throw PosixObjectStore.failed("look at " + path, e);
    }
  }

  /** Full paths of what is wanted in the folder, those of folders with a slash at the end. */
  private Iterator<String> names(String folder) {
    List<String> names = new ArrayList<>();
    try (var files = Files.newDirectoryStream(objects.resolve(folder))) {
      for (Path file : files) {
        String path = folder + file.getFileName();
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          path += "/";
        }
        if (wanted(path)) {
          names.add(path);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.<String>of().iterator(); // removed meanwhile
    } catch (IOException | DirectoryIteratorException e) {
      throw PosixObjectStore.failed("list " + folder, e);
    }
    names.sort(null);
    return names.iterator();
  }

  private boolean wanted(String path) {
    boolean folder = path.endsWith("/");
    return (path.startsWith(prefix) || (folder && prefix.startsWith(path)))
        && (path.compareTo(after) > 0 || (folder && after.startsWith(path)));
  }
}
