package dev.millrace.executor.drivers;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of the C library that start a process and wait for it. glibc has all of them since
 * 2.34; musl has not.
 */
@SuppressWarnings("restricted") // native access is enabled for every Millrace JVM
final class LibC {
  /** A call was interrupted by a signal: to be repeated. */
  static final int EINTR = 4;

  private static final String ERRNO = "errno";
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERROR =
      STATE.varHandle(MemoryLayout.PathElement.groupElement(ERRNO));

  // p: an address; i: an int; s: a short. All give an int.
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("posix_spawn", "pppppp"),
          Map.entry("posix_spawn_file_actions_init", "p"),
          Map.entry("posix_spawn_file_actions_destroy", "p"),
          Map.entry("posix_spawn_file_actions_addopen", "pipii"),
          Map.entry("posix_spawn_file_actions_adddup2", "pii"),
          Map.entry("posix_spawn_file_actions_addchdir_np", "pp"),
          Map.entry("posix_spawn_file_actions_addclosefrom_np", "pi"),
          Map.entry("posix_spawnattr_init", "p"),
          Map.entry("posix_spawnattr_setflags", "ps"),
          Map.entry("posix_spawnattr_setsigdefault", "pp"),
          Map.entry("posix_spawnattr_setsigmask", "pp"),
          Map.entry("sigfillset", "p"),
          Map.entry("sigemptyset", "p"),
          Map.entry("pipe2", "pi"),
          Map.entry("waitpid", "ipi"),
          Map.entry("close", "i"));

  private final Map<String, MethodHandle> linked;
  private final MethodHandle describe;

  private LibC(Map<String, MethodHandle> linked, MethodHandle describe) {
    this.linked = linked;
    this.describe = describe;
  }

  /** What a call gave, and the error's number if that says that it failed. */
  record Result(int value, int error) {}

  /** The C library of this process, unless it lacks one of them. */
  static Optional<LibC> linked() {
    Linker linker = Linker.nativeLinker();
    var all = new HashMap<String, MethodHandle>();
    FUNCTIONS.forEach(
        (name, types) ->
            linker
                .defaultLookup()
                .find(name)
                .map(at -> linker.downcallHandle(at, taking(types), errno()))
                .map(LibC::spread)
                .ifPresent(function -> all.put(name, function)));
    return linker
        .defaultLookup()
        .find("strerror")
        .filter(_ -> all.size() == FUNCTIONS.size())
        .map(
            at ->
                new LibC(
                    Map.copyOf(all),
                    linker.downcallHandle(
                        at, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))));
  }

  /** Calls a function; may block as long as the function does. */
  Result call(String name, Object... arguments) {
    MethodHandle function = linked.get(name);
    if (function == null) {
      throw new IllegalArgumentException(name + " is not linked");
    }
    try (var arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      int value = (int) function.invokeExact(all);
      return new Result(value, (int) ERROR.get(state, 0L));
    } catch (Throwable e) {
      throw new IllegalStateException(name + " cannot be called", e);
    }
  }

  /**
   * Calls a function that gives 0 or the number of an error.
   *
   * @throws IOException says what the system calls the error
   */
  void ask(String name, Object... arguments) throws IOException {
    int error = call(name, arguments).value();
    if (error != 0) {
      throw failure(error);
    }
  }

  /** What the system calls an error. */
  IOException failure(int error) {
    try {
      MemorySegment text = (MemorySegment) describe.invokeExact(error);
      return new IOException(text.reinterpret(Long.MAX_VALUE).getString(0));
    } catch (Throwable e) {
      throw new IllegalStateException("strerror cannot be called", e);
    }
  }

  // Taking all in one array makes calls exact, which are several times faster than others.
  private static MethodHandle spread(MethodHandle function) {
    return function.asSpreader(Object[].class, function.type().parameterCount());
  }

  private static Linker.Option errno() {
    return Linker.Option.captureCallState(ERRNO);
  }

  private static FunctionDescriptor taking(String types) {
    return FunctionDescriptor.of(
        ValueLayout.JAVA_INT,
        types
            .chars()
            .mapToObj(
                type ->
                    switch (type) {
                      case 'p' -> ValueLayout.ADDRESS;
                      case 's' -> ValueLayout.JAVA_SHORT;
                      default -> ValueLayout.JAVA_INT;
                    })
            .toArray(MemoryLayout[]::new));
  }
}
