package dev.millrace.launcher.client;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/** How logs are printed. */
enum LogForm {
  /** The bytes of one task, as they are. */
  RAW,
  /** Lines of several tasks, each with the name of its task. */
  LINES,
  /** A JSON object a line: task, attempt, step, position, and data in base64. */
  JSON;

  /** One line at a time, whoever prints. */
  private static final Lock OUT = new ReentrantLock();

  static LogForm of(boolean json) {
    return json ? JSON : LINES;
  }

  /** A printer for one task. */
  Printer printer(String task, Screen screen) {
    return switch (this) {
      case RAW -> new Raw(screen.out());
      case LINES -> new Lines(screen, task);
      case JSON -> new Json(screen.out(), task);
    };
  }

  /** Prints the log of one task. */
  interface Printer extends LogTail.Listener {
    /** Nothing more comes. */
    default void end() throws IOException {}
  }

  private record Raw(PrintStream out) implements Printer {
    @Override
    public void bytes(byte[] bytes, long position) {
      out.write(bytes, 0, bytes.length);
      out.flush();
    }
  }

  private static final class Json implements Printer {
    private final PrintStream out;
    private final String task;
    private int attempt;
    private int step;

    Json(PrintStream out, String task) {
      this.out = out;
      this.task = task;
    }

    @Override
    public void step(JsonNode told) {
      attempt = told.path("attempt").asInt(0);
      step = told.path("step").asInt(0);
    }

    @Override
    public void bytes(byte[] bytes, long position) {
      var line =
          ClientCommand.JSON
              .createObjectNode()
              .put("task", task)
              .put("attempt", attempt)
              .put("step", step)
              .put("position", position)
              .put("data", Base64.getEncoder().encodeToString(bytes));
      OUT.lock();
      try {
        out.println(ClientCommand.JSON.writeValueAsString(line));
      } finally {
        OUT.unlock();
      }
    }
  }

  private static final class Lines implements Printer {
    private static final int LONGEST = 64 * 1024;
    private final PrintStream out;
    private final byte[] prefix;
    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();

    Lines(Screen screen, String task) {
      this.out = screen.out();
      this.prefix =
          (screen.in(Screen.Colour.BUSY, "[" + RunText.line(task) + "]") + " ")
              .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void bytes(byte[] bytes, long position) {
      int from = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n' || line.size() + i - from >= LONGEST) {
          int end = bytes[i] == '\n' ? i : i + 1;
          line.write(bytes, from, end - from);
          from = i + 1;
          flush();
        }
      }
      line.write(bytes, from, bytes.length - from);
    }

    @Override
    public void end() {
      if (line.size() > 0) {
        flush();
      }
    }

    private void flush() {
      OUT.lock();
      try {
        out.write(prefix, 0, prefix.length);
        out.write(line.toByteArray(), 0, line.size());
        out.write('\n');
        out.flush();
      } finally {
        OUT.unlock();
        line.reset();
      }
    }
  }
}
