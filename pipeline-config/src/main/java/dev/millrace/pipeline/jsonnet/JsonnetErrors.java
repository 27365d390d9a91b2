package dev.millrace.pipeline.jsonnet;

import dev.millrace.events.run.RunSpec.SetupError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a sentence and a place of what the library prints. */
final class JsonnetErrors {
  private static final Pattern PLACE = Pattern.compile("\\(([^()\\n]*):(\\d+):(\\d+)\\)");
  private static final int LONGEST = 1000;

  private JsonnetErrors() {}

  static SetupError read(String file, String printed) {
    String message = printed;
    Matcher place = PLACE.matcher(printed);
    String where = file;
    if (place.find()) {
      where = file + ":" + place.group(2) + ":" + place.group(3);
    }
    int trace = message.indexOf("\n    at ");
    if (trace >= 0) {
      message = message.substring(0, trace);
    }
    message =
        message
            .replaceFirst("^sjsonnet\\.(\\w*Error): ", "")
            .replaceFirst(":\\d+:\\d+, found", ", found")
            .strip();
    if (message.length() > LONGEST) {
      message = message.substring(0, LONGEST) + "…";
    }
    return new SetupError(where, message.isEmpty() ? "the program fails" : message);
  }
}
