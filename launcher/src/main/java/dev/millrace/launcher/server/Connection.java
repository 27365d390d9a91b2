package dev.millrace.launcher.server;

import dev.millrace.storage.objects.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * How to reach a server that runs: the file {@value #FILE} in its data directory, which only its
 * owner may read. Written when the server is up, removed when it ends.
 *
 * @param pid its process
 * @param url its public interface
 * @param runservice its internal interfaces
 * @param kafka bootstrap of its broker
 * @param kafkaUser who may do everything there
 * @param internalToken bearer token of the internal interfaces
 * @param bucket where its object storage is, without keys; null if it is in the data directory
 */
public record Connection(
    long pid,
    URI url,
    URI runservice,
    URI configstore,
    URI datamanager,
    String kafka,
    String kafkaUser,
    String kafkaPassword,
    String internalToken,
    @Nullable S3Settings bucket) {
  /** Its name in the data directory. */
  public static final String FILE = "connection.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** The server that runs on this data directory, if one does. */
  public static Optional<Connection> of(Path dataDirectory) {
    var owner = DataDirectory.owner(dataDirectory);
    if (owner.isEmpty()) {
      return Optional.empty(); // what the file says is about a server that is gone
    }
    try {
      var connection =
          JSON.readValue(Files.readAllBytes(dataDirectory.resolve(FILE)), Connection.class);
      return connection.pid() == owner.get() ? Optional.of(connection) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // it has not come up yet
    } catch (IOException | JacksonException e) {
      throw new IllegalStateException("cannot read " + dataDirectory.resolve(FILE), e);
    }
  }

  void writeTo(DataDirectory directory) throws IOException {
    directory.write(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
  }

  @Override
  public String toString() {
    return "Connection[pid=%d, url=%s]".formatted(pid, url);
  }
}
