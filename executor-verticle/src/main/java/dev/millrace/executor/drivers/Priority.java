package dev.millrace.executor.drivers;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** How much a thread is preferred to others: the system's {@code setpriority}. */
@SuppressWarnings("restricted") // native access is enabled for every Millrace JVM
final class Priority {
  // "nice" is a matter of threads on Linux, whatever POSIX says; 0 is the calling one.
  private static final int OF_A_THREAD = 0;
  private static final int THIS = 0;
  private static final int NICE = 10;

  private Priority() {}

  /** From now on the calling thread works when few others want to. */
  static void standBack() {
    Linker linker = Linker.nativeLinker();
    MethodHandle call =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setpriority"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    try {
      var _ = (int) call.invokeExact(OF_A_THREAD, THIS, NICE); // refused: it goes on as before
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority cannot be called", e);
    }
  }
}
