package dev.millrace.launcher.client;

import dev.millrace.launcher.PrivateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where this client is signed in, as its file says.
 *
 * @param dataDir of the server, if it is one of this machine: it may come up on another port
 */
public record SignedIn(URI server, String token, @Nullable Path dataDir) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public String toString() {
    return "SignedIn[" + server + "]";
  }

  /**
   * What the file says; null if there is none.
   *
   * @throws IOException if it cannot be read or is not what {@link #write} wrote
   */
  public static @Nullable SignedIn read(Path file) throws IOException {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      JsonNode dataDir = json.path("data_dir");
      return new SignedIn(
          URI.create(json.path("server").asString()),
          json.path("token").asString(),
          dataDir.isString() ? Path.of(dataDir.stringValue()) : null);
    } catch (NoSuchFileException _) {
      return null;
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException(file + " is damaged; sign in again: millrace login", e);
    }
  }

  /** Writes the file, for its owner only. */
  public void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("server", server.toString());
    json.put("token", token);
    if (dataDir != null) {
      json.put("data_dir", dataDir.toString());
    }
    PrivateFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
  }
}
