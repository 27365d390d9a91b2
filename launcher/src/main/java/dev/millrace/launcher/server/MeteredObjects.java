package dev.millrace.launcher.server;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ObjectInfo;
import dev.millrace.storage.objects.ObjectStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Counts the calls of an object storage: each write is a PUT, which somebody has to pay. */
record MeteredObjects(ObjectStore objects, MeterRegistry meters) implements ObjectStore {

  private <T> T timed(String call, Supplier<T> calling) {
    Timer.Sample sample = Timer.start(meters);
    String outcome = "failed";
    try {
      T value = calling.get();
      outcome = "done";
      return value;
    } finally {
      sample.stop(
          Timer.builder("millrace.objects.calls")
              .description("Calls of the object storage; reads until their body begins")
              .tags("call", call, "outcome", outcome)
              .register(meters));
    }
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    boolean _ =
        timed(
            "write",
            () -> {
              objects.write(path, body, size, durability);
              return true;
            });
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return timed("write", () -> objects.writeIfAbsent(path, body, size, durability));
  }

  @Override
  public InputStream read(String path) {
    return timed("read", () -> objects.read(path));
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    return timed("read", () -> objects.read(path, offset, length));
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    return timed("stat", () -> objects.stat(path));
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    return timed("list", () -> objects.list(prefix, after));
  }

  @Override
  public void delete(String path) {
    boolean _ =
        timed(
            "delete",
            () -> {
              objects.delete(path);
              return true;
            });
  }

  @Override
  public void close() {
    objects.close();
  }
}
