package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders of one task. What is below {@code root} is the task's; {@code control} is ours and
 * outside of it, so that no task can make us write where it wants.
 */
record Place(Path root, Path control) {

  static Place make(Path work, String name) throws IOException {
    var place =
        new Place(work.resolve("workspaces").resolve(name), work.resolve("control").resolve(name));
    Files.createDirectory(place.root);
    Files.createDirectory(place.control);
    Files.createDirectory(place.home());
    Files.createDirectory(place.project());
    Files.createDirectory(place.temporary());
    return place;
  }

  Path home() {
    return root.resolve("home");
  }

  Path project() {
    return root.resolve("project");
  }

  Path temporary() {
    return root.resolve("tmp");
  }

  /**
   * The folder that a step names.
   *
   * @throws DriverException if it is not there, or not within the workspace
   */
  Path workingDir(String text) {
    Path wanted =
        text.equals("~")
            ? home()
            : text.startsWith("~/") ? home().resolve(text.substring(2)) : root.resolve(text);
    Path path = wanted.normalize();
    if (!path.startsWith(root)) {
      throw outside(text);
    }
    if (!Files.isDirectory(path)) {
      throw new DriverException("the working directory " + text + " does not exist", null);
    }
    try {
      if (!path.toRealPath().startsWith(root)) {
        throw outside(text);
      }
    } catch (IOException e) {
      throw new DriverException("the working directory " + text + " cannot be entered", e);
    }
    return path;
  }

  private static DriverException outside(String text) {
    return new DriverException(
        "the working directory " + text + " is outside of the workspace", null);
  }
}
