package dev.millrace.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server of this machine, as it says in its data folder while it runs.
 *
 * @param pid of its process
 * @param url where people reach it
 */
public record Running(long pid, URI url) {
  private static final String FILE = "server.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What the folder says, if there is something. The server may be gone all the same. */
  public static Optional<Running> read(Path dataDir) throws IOException {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(dataDir.resolve(FILE)));
      return Optional.of(
          new Running(json.path("pid").asLong(), URI.create(json.path("url").asString())));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException(dataDir.resolve(FILE) + " is damaged", e);
    }
  }

  /** Says so in the folder. */
  public void write(Path dataDir) throws IOException {
    var json = JSON.createObjectNode().put("pid", pid).put("url", url.toString());
    PrivateFile.write(dataDir.resolve(FILE), JSON.writeValueAsBytes(json));
  }

  /** No server runs there any more. */
  public static void remove(Path dataDir) throws IOException {
    Files.deleteIfExists(dataDir.resolve(FILE));
  }
}
