package dev.millrace.launcher;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where things lie on this machine: what the XDG base directories say, below the environment's
 * {@code $HOME}.
 *
 * @param data what a server keeps, unless it is told another folder
 * @param config what the client keeps: server and token
 */
public record Folders(Path data, Path config) {

  /** What the environment says. */
  public static Folders of(Map<String, String> environment) {
    return new Folders(
        folder(environment, "XDG_DATA_HOME", ".local/share"),
        folder(environment, "XDG_CONFIG_HOME", ".config"));
  }

  /** The folder of a server: the given one, or the usual. */
  public Path data(@Nullable Path given) {
    return given == null ? data : given.toAbsolutePath().normalize();
  }

  /** The file with the client's server and token. */
  public Path clientFile() {
    return config.resolve("client.json");
  }

  /** The file with what the client has seen. */
  public Path positionFile() {
    return config.resolve("position");
  }

  private static Path folder(Map<String, String> environment, String variable, String usual) {
    String given = environment.get(variable);
    // The XDG specification wants relative paths to be ignored.
    Path base =
        given != null && given.startsWith("/") ? Path.of(given) : home(environment).resolve(usual);
    return base.resolve("millrace");
  }

  private static Path home(Map<String, String> environment) {
    String home = environment.get("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home)
        .toAbsolutePath();
  }
}
