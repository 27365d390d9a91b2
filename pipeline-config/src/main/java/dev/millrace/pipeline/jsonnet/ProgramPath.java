package dev.millrace.pipeline.jsonnet;

import scala.collection.mutable.HashMap;
import sjsonnet.Path;

/** The name of the one program, which is not a file here, so that errors can say where. */
record ProgramPath(String name, String source) implements Path {
  @Override
  public String relativeToString(Path other) {
    return name;
  }

  @Override
  public Path parent() {
    return new ProgramPath("", "");
  }

  @Override
  public int segmentCount() {
    return 1;
  }

  @Override
  public String last() {
    return name;
  }

  @Override
  public Path $div(String segment) {
    return new ProgramPath(segment, "");
  }

  @Override
  public String renderOffsetStr(int offset, HashMap<Path, int[]> lines) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(offset, source.length()); i++) {
      column++;
      if (source.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return line + ":" + column;
  }
}
