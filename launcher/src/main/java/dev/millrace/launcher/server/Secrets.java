package dev.millrace.launcher.server;

import dev.millrace.launcher.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a data directory, made at its first start. Each is a file of its own that only the
 * owner may read.
 *
 * @param internalToken bearer token of the internal interfaces
 * @param executorToken what executors show instead; null if they show the same
 * @param tokenKey signs the tokens of tasks
 */
record Secrets(String internalToken, @Nullable String executorToken, byte[] tokenKey) {
  private static final String ADMINISTRATOR = "administrator-token";

  static Secrets of(DataDirectory data, Randomness random) throws IOException {
    return new Secrets(
        data.secret("internal-token", random::secret),
        null,
        data.secret("task-token-key", random::secret).getBytes(StandardCharsets.UTF_8));
  }

  /** Those that a process of an installation of many is told. */
  static Secrets of(Settings settings) {
    return new Secrets(
        settings.internalToken().orElse(""),
        settings.executorToken().orElse(null),
        settings.taskKey().map(key -> key.getBytes(StandardCharsets.UTF_8)).orElse(new byte[0]));
  }

  /** The administrator's token that is to be told; made if there never was one. */
  static String administratorToken(DataDirectory data, String made) throws IOException {
    return data.secret(ADMINISTRATOR, () -> made);
  }

  static void forgetAdministratorToken(DataDirectory data) throws IOException {
    Files.deleteIfExists(data.directory("secrets").resolve(ADMINISTRATOR));
  }

  @Override
  public String toString() {
    return "Secrets[]";
  }
}
