package dev.millrace.launcher;

import dev.millrace.launcher.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where a server's log goes. To be said before anything logs: the first logger reads it. */
final class Log {
  private Log() {}

  /** As the settings want it. */
  static void as(Settings settings) throws IOException {
    System.setProperty(
        "millrace.log.appender", settings.log().to() + "-" + settings.log().format());
    System.setProperty("millrace.log.level", settings.log().level());
    to(settings.data(), "millrace.log");
  }

  static Path to(Path dataDirectory, String name) throws IOException {
    Path folder = dataDirectory.resolve("log");
    PrivateFile.makeFolder(folder);
    Path log = folder.resolve(name);
    System.setProperty("millrace.log", log.toString());
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // which would write to the terminal
    SLF4JBridgeHandler.install();
    return log;
  }
}
