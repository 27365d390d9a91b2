package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.bus.kafka.KafkaBus;
import dev.millrace.launcher.settings.Settings;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.EtcdCoordinationStore;
import dev.millrace.storage.coordination.LocalCoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.PosixObjectStore;
import dev.millrace.storage.objects.S3ObjectStore;
import dev.millrace.storage.objects.S3Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** The stores that the options want. */
final class Stores {
  private Stores() {}

  static CoordinationStore coordination(ServerOptions options, DataDirectory data)
      throws IOException {
    return options.etcd().isPresent()
        ? EtcdCoordinationStore.open(options.etcd().get(), System::nanoTime)
        : LocalCoordinationStore.open(data.directory("coordination"), System::nanoTime);
  }

  static ObjectStore objects(ServerOptions options, DataDirectory data, Randomness random)
      throws IOException {
    return options.s3().isPresent()
        ? S3ObjectStore.open(options.s3().get(), random.ids())
        : PosixObjectStore.open(data.directory("objects"), Clock.systemUTC(), random.ids());
  }

  static Bus bus(Settings settings) {
    return new KafkaBus(settings.kafka());
  }

  static ObjectStore objects(Settings settings, Randomness random) throws IOException {
    return settings.bucket().isPresent()
        ? S3ObjectStore.open(settings.bucket().get(), random.ids())
        : PosixObjectStore.open(folder(settings), Clock.systemUTC(), random.ids());
  }

  private static Path folder(Settings settings) {
    return settings.objects().orElseThrow();
  }

  /** The object storage as it is named in sentences. */
  static String objectsName(Settings settings) {
    return settings
        .bucket()
        .map(S3Settings::name)
        .orElseGet(() -> "the object storage " + folder(settings));
  }

  /** The object storage as it is named in sentences. */
  static String objectsName(ServerOptions options, DataDirectory data) {
    return options
        .s3()
        .map(S3Settings::name)
        .orElse("the object storage " + data.root().resolve("objects"));
  }
}
