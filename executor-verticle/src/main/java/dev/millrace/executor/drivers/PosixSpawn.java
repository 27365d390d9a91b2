package dev.millrace.executor.drivers;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes with the system's {@code posix_spawn}. Java's own way runs two programs more for
 * each, one of which lists and closes every file that this JVM has open, many beside an embedded
 * broker: more than half of what a short step costs.
 */
final class PosixSpawn implements Spawner {
  // From spawn.h and fcntl.h; the same in every C library of Linux.
  private static final short SET_SIGNAL_DEFAULTS = 0x04;
  private static final short SET_SIGNAL_MASK = 0x08;
  private static final short SET_SESSION = 0x80;
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int READ_ONLY = 0;
  // More than the structures of this kind take in any C library; the largest known has 336 bytes.
  private static final long STRUCTURE = 1024;
  private static final long ALIGNMENT = 16;

  private final LibC c;
  private final Executor waiters;
  private final MemorySegment attributes;

  /**
   * Makes one.
   *
   * @throws IOException never, unless memory is short
   */
  PosixSpawn(LibC c, Executor waiters) throws IOException {
    this.c = c;
    this.waiters = waiters;
    this.attributes = attributes(c, Arena.ofAuto());
  }

  @Override
  public Process spawn(
      List<String> command, Map<String, String> environment, Path folder, byte @Nullable [] input)
      throws IOException {
    try (var arena = Arena.ofConfined();
        var output = new Pipe();
        var in = input == null ? null : new Pipe()) {
      // Opened anew, so that a stream of Java's owns it; at once, as both ends are open.
      var from = new FileInputStream(output.path(0));
      Process process;
      try {
        int pid = start(arena, command, environment, folder, output, in);
        process = new SpawnedProcess(pid, from, () -> await(pid), waiters);
      } catch (IOException | RuntimeException e) {
        from.close();
        throw e;
      }
      if (in != null && input != null) {
        feed(process, in, input);
      }
      return process;
    }
  }

  private static void feed(Process process, Pipe in, byte[] input) throws IOException {
    try (var to = new FileOutputStream(in.path(1))) {
      in.close(); // or nobody would notice that the process has gone
      to.write(input);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private int start(
      Arena arena,
      List<String> command,
      Map<String, String> environment,
      Path folder,
      Pipe output,
      @Nullable Pipe in)
      throws IOException {
    MemorySegment arguments = strings(arena, command);
    List<String> variables = environment.entrySet().stream().map(PosixSpawn::variable).toList();
    MemorySegment actions = arena.allocate(STRUCTURE, ALIGNMENT);
    MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
    c.ask("posix_spawn_file_actions_init", actions);
    try {
      if (in == null) {
        var nothing = arena.allocateFrom("/dev/null");
        c.ask("posix_spawn_file_actions_addopen", actions, 0, nothing, READ_ONLY, 0);
      } else {
        c.ask("posix_spawn_file_actions_adddup2", actions, in.end(0), 0);
      }
      c.ask("posix_spawn_file_actions_adddup2", actions, output.end(1), 1);
      c.ask("posix_spawn_file_actions_adddup2", actions, output.end(1), 2);
      c.ask("posix_spawn_file_actions_addchdir_np", actions, string(arena, folder.toString()));
      c.ask("posix_spawn_file_actions_addclosefrom_np", actions, 3);
      c.ask(
          "posix_spawn",
          pid,
          arguments.get(ValueLayout.ADDRESS, 0),
          actions,
          attributes,
          arguments,
          strings(arena, variables));
      return pid.get(ValueLayout.JAVA_INT, 0);
    } finally {
      c.call("posix_spawn_file_actions_destroy", actions);
    }
  }

  // Nothing of this JVM's: no signal is ignored or held back. No C library of Linux keeps anything
  // outside of the structure that would have to be destroyed.
  private static MemorySegment attributes(LibC c, Arena arena) throws IOException {
    MemorySegment attributes = arena.allocate(STRUCTURE, ALIGNMENT);
    MemorySegment signals = arena.allocate(STRUCTURE, ALIGNMENT);
    c.ask("posix_spawnattr_init", attributes);
    c.ask("sigfillset", signals);
    c.ask("posix_spawnattr_setsigdefault", attributes, signals);
    c.ask("sigemptyset", signals);
    c.ask("posix_spawnattr_setsigmask", attributes, signals);
    short flags = SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK | SET_SESSION;
    c.ask("posix_spawnattr_setflags", attributes, flags);
    return attributes;
  }

  // The status as a shell has it: what the process ended with, or 128 and the signal's number.
  private int await(int pid) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
      LibC.Result result;
      do {
        result = c.call("waitpid", pid, status, 0);
      } while (result.value() == -1 && result.error() == LibC.EINTR);
      if (result.value() != pid) {
        throw new IllegalStateException(c.failure(result.error()));
      }
      int raw = status.get(ValueLayout.JAVA_INT, 0);
      int signal = raw & 0x7f;
      return signal == 0 ? raw >> 8 & 0xff : 128 + signal;
    }
  }

  private static String variable(Map.Entry<String, String> variable) {
    if (variable.getKey().indexOf('=') >= 0) {
      throw new IllegalArgumentException("no variable can be called " + variable.getKey());
    }
    return variable.getKey() + "=" + variable.getValue();
  }

  private static MemorySegment strings(Arena arena, List<String> all) {
    MemorySegment array = arena.allocate(ValueLayout.ADDRESS, all.size() + 1L);
    for (int i = 0; i < all.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, string(arena, all.get(i)));
    }
    return array; // NULL ends it: memory of an arena is zero
  }

  private static MemorySegment string(Arena arena, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("there is a NUL character in it");
    }
    return arena.allocateFrom(text, StandardCharsets.UTF_8);
  }

  // A pipe that only this process has; end 0 is to read from, 1 to write to.
  private final class Pipe implements AutoCloseable {
    private final int[] ends = new int[2];
    private boolean closed;

    Pipe() throws IOException {
      try (var arena = Arena.ofConfined()) {
        MemorySegment made = arena.allocate(ValueLayout.JAVA_INT, 2);
        LibC.Result result = c.call("pipe2", made, CLOSE_ON_EXEC);
        if (result.value() != 0) {
          throw c.failure(result.error());
        }
        for (int i = 0; i < ends.length; i++) {
          ends[i] = made.getAtIndex(ValueLayout.JAVA_INT, i);
        }
      }
    }

    int end(int index) {
      return ends[index];
    }

    String path(int index) {
      return "/proc/self/fd/" + ends[index];
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        for (int end : ends) {
          c.call("close", end);
        }
      }
    }
  }
}
