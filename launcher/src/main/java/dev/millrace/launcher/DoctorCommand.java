package dev.millrace.launcher;

import dev.millrace.datamanager.recovery.Examination;
import dev.millrace.datamanager.recovery.Examination.Finding;
import dev.millrace.datamanager.recovery.Examination.Report;
import dev.millrace.launcher.client.Screen;
import dev.millrace.launcher.client.Screen.Colour;
import dev.millrace.launcher.server.Formats;
import dev.millrace.launcher.server.ServicesLook;
import dev.millrace.launcher.server.StartException;
import dev.millrace.launcher.settings.Role;
import dev.millrace.launcher.settings.Settings;
import dev.millrace.launcher.settings.Sources;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.MemoryCoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.PosixObjectStore;
import dev.millrace.storage.objects.S3ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = "Look whether everything is there that was archived; changes nothing.",
    footer = {
      "",
      "A server may be running meanwhile. Exit status 0 if all is whole, 1 if anything is missing"
          + " or",
      "damaged: the runs and logs that are named cannot be shown any more, all else can."
          + " Checkpoints",
      "give way to older ones; dumps of the index are made anew.",
      "Examples:",
      "  millrace doctor --read",
      "  millrace doctor --s3-bucket ci --s3-endpoint http://10.0.0.4:9000",
      "  millrace doctor --config /etc/millrace/datamanager.yml"
    })
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "The server's folder, if it is not the usual one.")
  @Nullable Path dataDir;

  @Option(
      names = "--read",
      description = "Read every file whole, which takes a while and finds damage within.")
  boolean read;

  @Mixin S3Options s3 = new S3Options();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Look at an installation of many, with the settings of a datamanager: Kafka, etcd, who is"
              + " there, and the archive.")
  @Nullable Path config;

  private final Environment environment;

  DoctorCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Settings settings = config == null ? null : read(config);
    boolean good = settings == null || tellServices(settings);
    Supplier<String> ids = () -> UUID.randomUUID().toString();
    try (ObjectStore objects = settings == null ? open(ids) : ServicesLook.objects(settings)) {
      Formats.check("the object storage", objects);
      // What the coordination store says follows from the objects.
      var coordination = new MemoryCoordinationStore(System::nanoTime);
      Report report = Examination.of(objects, coordination, ids, read);
      tell(report);
      return good && report.isWhole() ? Exit.OK : Exit.REJECTED;
    } catch (StorageException | StartException e) {
      throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
    }
  }

  private Settings read(Path file) {
    var sources = new Sources(file, List.of(), environment.variables());
    return ConfigOptions.read(sources, environment, EnumSet.of(Role.DATAMANAGER));
  }

  /** Tells what is seen of the services; whether all is as it should be. */
  private boolean tellServices(Settings settings) {
    Screen screen = environment.screen();
    boolean good = true;
    for (ServicesLook.Seen seen : ServicesLook.at(settings)) {
      screen.out().println(seen.good() ? seen.text() : screen.in(Colour.BAD, seen.text()));
      good &= seen.good();
    }
    return good;
  }

  private ObjectStore open(Supplier<String> ids) {
    var bucket = s3.settings();
    if (bucket.isPresent()) {
      return S3ObjectStore.open(bucket.get(), ids);
    }
    Path objects = environment.folders().data(dataDir).resolve("objects");
    if (!Files.isDirectory(objects)) {
      throw new Refused(Exit.NOT_FOUND, "nothing was ever archived: there is no " + objects);
    }
    return PosixObjectStore.open(objects, Clock.systemUTC(), ids);
  }

  private void tell(Report report) {
    Screen screen = environment.screen();
    screen.out().printf("archive: %d runs in %d files%n", report.runs(), report.files());
    tell(report.archive());
    screen.out().printf("logs: %d files%n", report.logFiles());
    tell(report.logs());
    screen
        .out()
        .printf(
            "checkpoints: %d%s%n",
            report.checkpoints().size(),
            report.checkpoints().isEmpty()
                ? ""
                : ", the newest of " + report.checkpoints().getFirst());
    tell(report.unusable());
    screen.out().printf("index: %d runs in %d dumps%n", report.rows(), report.dumps());
    tell(report.incomplete());
    report.notes().forEach(note -> screen.out().printf("note of %s: %s%n", note.at(), note.text()));
    screen
        .out()
        .println(
            report.isWhole()
                ? screen.in(Colour.GOOD, read ? "all of it is whole" : "all of it is there")
                : screen.in(Colour.BAD, "not all of it is there"));
  }

  private void tell(List<Finding> findings) {
    for (Finding each : findings) {
      environment
          .screen()
          .out()
          .printf(
              "  %s: %s; %d entries, from %s %s to %s%n",
              each.path(), each.why(), each.entries(), each.type(), each.first(), each.last());
    }
  }
}
