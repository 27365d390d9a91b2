package dev.millrace.executor.drivers;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Sends signals: the system's {@code kill}, since Java's own reaches neither groups nor TERM. */
@SuppressWarnings("restricted") // native access is enabled for every Millrace JVM
final class Signals {
  static final int KILL = 9;
  static final int TERM = 15;

  private static final MethodHandle CALL = link();

  private Signals() {}

  /** Sends it to a process, or with {@code -pid} to its group; whether there was any to get it. */
  static boolean send(int pid, int signal) {
    if (pid == 0 || pid == 1 || pid == -1) {
      throw new IllegalArgumentException("no task has the pid " + pid);
    }
    try {
      return (int) CALL.invokeExact(pid, signal) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("kill cannot be called", e);
    }
  }

  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("kill"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }
}
