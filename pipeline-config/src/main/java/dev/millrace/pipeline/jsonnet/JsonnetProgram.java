package dev.millrace.pipeline.jsonnet;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is to be evaluated, as it is written to the child.
 *
 * @param context a JSON object
 */
record JsonnetProgram(String file, String context, String source) {

  /** What the child says when it can begin. */
  static final char READY = 'R';

  void write(OutputStream to) throws IOException {
    DataOutputStream out = new DataOutputStream(to);
    for (String part : new String[] {file, context, source}) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
    out.flush();
  }

  static JsonnetProgram read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    return new JsonnetProgram(text(in), text(in), text(in));
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  /** The one byte that the child's answer begins with, after {@link #READY}. */
  enum Kind {
    VALUE('V'),
    /** The program is wrong; its message follows, as the library writes it. */
    WRONG('E'),
    TOO_LARGE('L'),
    TOO_DEEP('D'),
    OUT_OF_MEMORY('M');

    final char code;

    Kind(char code) {
      this.code = code;
    }

    static @Nullable Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return null;
    }
  }
}
