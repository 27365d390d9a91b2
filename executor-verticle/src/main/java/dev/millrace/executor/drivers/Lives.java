package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Remembers under which marks steps may run, so that a later life finds what one has left. */
final class Lives {
  private final Path file;

  Lives(Path file) {
    this.file = file;
  }

  /** Ends what earlier lives have left running. */
  void endAll() throws IOException {
    for (int life : known()) {
      Processes.end(Mark.ofLife(life));
    }
  }

  /** This life may start steps from now on; the ones before have nothing left. */
  void begin(int life) throws IOException {
    Path next = file.resolveSibling("lives.next");
    Files.writeString(next, life + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<Integer> known() throws IOException {
    var lives = new ArrayList<Integer>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        lives.add(Integer.parseInt(line.strip()));
      }
    }
    return lives;
  }
}
