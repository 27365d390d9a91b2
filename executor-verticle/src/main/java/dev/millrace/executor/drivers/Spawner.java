package dev.millrace.executor.drivers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes in a session of their own, where no signal of a terminal reaches them. They get
 * none of this JVM's files, no variable that is not given, and their errors go where their output
 * goes.
 */
interface Spawner {
  /**
   * Starts a process; it is the leader of its session wherever the system can do that.
   *
   * @param command a program by its absolute path, and its arguments
   * @param folder where it works
   * @param input what it reads, at most what a pipe holds unless it reads at once; null: nothing
   * @throws IOException if it cannot be started
   * @throws IllegalArgumentException if the system could not tell the strings apart
   */
  Process spawn(
      List<String> command, Map<String, String> environment, Path folder, byte @Nullable [] input)
      throws IOException;

  /**
   * The cheapest way there is here.
   *
   * @param waiters may be given a thread's work for as long as a process lives
   * @throws IOException if memory is short
   */
  static Spawner here(Executor waiters) throws IOException {
    Optional<LibC> c = LibC.linked();
    return c.isPresent() ? new PosixSpawn(c.get(), waiters) : new JavaSpawn(Launcher.session());
  }
}
