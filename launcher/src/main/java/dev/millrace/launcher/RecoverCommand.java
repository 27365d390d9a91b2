package dev.millrace.launcher;

import dev.millrace.bus.BusException;
import dev.millrace.datamanager.recovery.Losses;
import dev.millrace.datamanager.recovery.Recovery;
import dev.millrace.launcher.client.Screen;
import dev.millrace.launcher.client.Screen.Colour;
import dev.millrace.launcher.server.Recovering;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.server.StartException;
import dev.millrace.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "recover",
    description = "Go on from the newest checkpoint where Kafka has lost records.",
    footer = {
      "",
      "For a server that does not start as its ledgers are not what they were: its data on Kafka"
          + " was",
      "deleted, cut, or put back from an older copy. The server must not run. Without"
          + " --accept-loss",
      "it only tells what is lost, and ends with 1 if anything is. Nothing that is archived is"
          + " lost.",
      "Runs that had not ended by the checkpoint go on; what had an executor then is lost to it,"
          + " and",
      "dealt with as the task says. Runs whose creation is lost are gone: the numbers of their",
      "projects go on 1000 further, so that none is given twice (--skip-numbers). Where commands"
          + " are",
      "left they are decided again, and no number is left out. Pushes that came to no run get one.",
      "What was lost is told by millrace doctor and millrace status from then on.",
      "Examples:",
      "  millrace recover",
      "  millrace recover --accept-loss --data-dir /srv/millrace"
    })
final class RecoverCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "The server's folder, if it is not the usual one.")
  @Nullable Path dataDir;

  @Option(names = "--accept-loss", description = "Go on without what is lost.")
  boolean acceptLoss;

  @Option(
      names = "--skip-numbers",
      paramLabel = "N",
      description =
          "How many numbers of runs to leave out in each project whose last runs may be lost;"
              + " ${DEFAULT-VALUE} if not given.")
  long skipNumbers = Recovery.SKIPPED;

  @Mixin EtcdOptions etcd = new EtcdOptions();

  @Mixin S3Options s3 = new S3Options();

  private final Environment environment;

  RecoverCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = environment.folders().data(dataDir);
    if (!Files.isDirectory(folder)) {
      throw new Refused(Exit.NOT_FOUND, "there is no folder " + folder);
    }
    if (skipNumbers < 0) {
      throw new Refused(Exit.USAGE, "--skip-numbers is a number from 0 on");
    }
    Path log = Log.to(folder, "recover.log");
    ServerOptions options =
        ServerOptions.ofStores(folder, etcd.settings(environment.variables()), s3.settings());
    try (var recovering = Recovering.open(options)) {
      return recover(recovering.recovery());
    } catch (StartException | StorageException | BusException | UncheckedIOException e) {
      throw new Refused(Exit.REJECTED, "%s (the log: %s)".formatted(e.getMessage(), log));
    }
  }

  private int recover(Recovery recovery) {
    Losses losses = recovery.examine();
    Screen screen = environment.screen();
    if (losses.all().isEmpty()) {
      screen.out().println(screen.in(Colour.GOOD, "nothing is lost") + ": start the server");
      return Exit.OK;
    }
    losses.all().forEach(loss -> screen.out().println("  " + loss));
    if (!acceptLoss) {
      screen
          .out()
          .println(
              screen.in(Colour.BAD, "records are lost")
                  + "; nothing was changed. Go on"
                  + " without them: "
                  + environment.command()
                  + " recover --accept-loss");
      return Exit.REJECTED;
    }
    recovery.goOn(losses, said(losses), skipNumbers);
    screen.out().println(screen.in(Colour.GOOD, "recovered") + ": start the server");
    return Exit.OK;
  }

  /** What is said for good. */
  private static String said(Losses losses) {
    return "recovered with loss: records of %d partitions were lost; goes on from %s"
        .formatted(
            losses.all().size(),
            losses.checkpoint().map(at -> "the checkpoint of " + at).orElse("nothing"));
  }
}
