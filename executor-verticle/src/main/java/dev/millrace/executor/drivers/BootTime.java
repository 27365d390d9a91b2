package dev.millrace.executor.drivers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;

/** Reads the system's clock that includes suspended time; Java's own does not. */
@SuppressWarnings("restricted") // native access is enabled for every Millrace JVM
final class BootTime {
  private static final int CLOCK_BOOTTIME = 7;
  private static final ThreadLocal<MemorySegment> TIME =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(16, 8));

  private final MethodHandle call =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  Duration now() {
    MemorySegment time = TIME.get();
    int result;
    try {
      result = (int) call.invokeExact(CLOCK_BOOTTIME, time);
    } catch (Throwable e) {
      throw new IllegalStateException("clock_gettime cannot be called", e);
    }
    if (result != 0) {
      throw new DriverException("this system has no clock that counts suspended time", null);
    }
    return Duration.ofSeconds(
        time.get(ValueLayout.JAVA_LONG, 0), time.get(ValueLayout.JAVA_LONG, 8));
  }
}
