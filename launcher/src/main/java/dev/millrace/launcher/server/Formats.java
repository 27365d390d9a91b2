package dev.millrace.launcher.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.NoSuchObjectException;
import dev.millrace.storage.objects.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The layouts that this build knows, and how to come to them. */
public final class Formats {
  /** The first number is all that layout 1 adds. */
  private static final List<FormatVersion.Step> STEPS = List.of(() -> {});

  private static final Duration TTL = Duration.ofMinutes(1);
  private static final int LONGEST = 100;

  private Formats() {}

  /** That of a data directory. */
  static FormatVersion of(Path dataDirectory) {
    Path file = dataDirectory.resolve(FormatVersion.NAME);
    return new FormatVersion(
        "the data directory " + dataDirectory,
        new FormatVersion.Store() {
          @Override
          public Optional<String> read() throws IOException {
            try {
              return Optional.of(Files.readString(file));
            } catch (NoSuchFileException _) {
              return Optional.empty();
            } catch (MalformedInputException _) {
              return Optional.of("?");
            }
          }

          @Override
          public void write(String number) throws IOException {
            DataDirectory.writePrivate(file, number + "\n");
          }
        },
        STEPS);
  }

  /** That of an object storage. */
  static FormatVersion of(String name, ObjectStore objects) {
    return new FormatVersion(
        name,
        new FormatVersion.Store() {
          @Override
          public Optional<String> read() throws IOException {
            try (InputStream in = objects.read(FormatVersion.NAME, 0, LONGEST)) {
              return Optional.of(new String(in.readAllBytes(), UTF_8));
            } catch (NoSuchObjectException _) {
              return Optional.empty();
            }
          }

          @Override
          public void write(String number) {
            byte[] body = (number + "\n").getBytes(UTF_8);
            objects.write(
                FormatVersion.NAME,
                new ByteArrayInputStream(body),
                body.length,
                Durability.PERSISTED);
          }
        },
        STEPS);
  }

  /**
   * Sees that an object storage may be read by this build; changes nothing.
   *
   * @param name names it in sentences
   */
  public static void check(String name, ObjectStore objects) throws IOException, StartException {
    var _ = of(name, objects).check();
  }

  /** Sees that a data directory that another process has may be used beside it. */
  static void check(Path dataDirectory) throws IOException, StartException {
    var _ = of(dataDirectory).check();
  }

  /**
   * Brings an object storage up to date that several servers may share: one of them does it.
   *
   * @param instance names this life of this process
   * @throws CoordinationException if another one is doing it
   */
  static void bringUpToDate(
      String name, ObjectStore objects, CoordinationStore coordination, String instance)
      throws IOException, StartException {
    FormatVersion format = of(name, objects);
    if (format.isUpToDate()) {
      return;
    }
    var lease = coordination.acquire(FormatVersion.NAME, instance, TTL);
    if (lease.isEmpty()) {
      throw new CoordinationException(
          "another server is bringing %s up to date: start this one once it has".formatted(name),
          null);
    }
    try (var _ = lease.get()) {
      format.bringUpToDate();
    }
  }
}
