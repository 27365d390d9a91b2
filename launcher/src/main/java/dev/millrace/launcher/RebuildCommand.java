package dev.millrace.launcher;

import dev.millrace.datamanager.rebuild.ViewComparison;
import dev.millrace.launcher.client.Screen;
import dev.millrace.launcher.client.Screen.Colour;
import dev.millrace.launcher.server.Rebuilding;
import dev.millrace.launcher.server.ServerOptions;
import dev.millrace.launcher.server.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rebuild",
    description =
        "Make every view again from what it is made of, and compare it with what is kept.",
    footer = {
      "",
      "The server has to be stopped. Each view is told with the digests of its canonical, sorted",
      "content: as it is kept, and as it was made anew. Ledgers are folded from the newest",
      "checkpoint, and from their first record or the oldest checkpoint; the archive is compared",
      "with the runs that the ledger still tells of, the index of runs with the archive. Nothing"
          + " is",
      "changed without --replace. Exit status 0 if all are equal, 1 if not.",
      "Examples:",
      "  millrace rebuild",
      "  millrace rebuild --replace"
    })
final class RebuildCommand implements Callable<Integer> {
  private static final int SHOWN = 16;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      description = "The server's folder, if it is not the usual one.")
  @Nullable Path dataDir;

  @Option(
      names = "--replace",
      description = "Put the new index of runs in the place of one that differs.")
  boolean replace;

  @Mixin EtcdOptions etcd = new EtcdOptions();

  @Mixin S3Options s3 = new S3Options();

  private final Environment environment;

  RebuildCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = environment.folders().data(dataDir);
    if (!folder.toFile().isDirectory()) {
      throw new Refused(Exit.NOT_FOUND, "no server was ever started there: there is no " + folder);
    }
    Log.to(folder, "rebuild.log");
    ServerOptions options =
        ServerOptions.ofStores(folder, etcd.settings(environment.variables()), s3.settings());
    List<ViewComparison> all = new ArrayList<>();
    try {
      Rebuilding.of(
          options,
          replace,
          view -> {
            all.add(view);
            tell(view);
          });
    } catch (StartException e) {
      throw new Refused(Exit.REJECTED, String.valueOf(e.getMessage()));
    }
    return end(all);
  }

  private void tell(ViewComparison view) {
    Screen screen = environment.screen();
    screen
        .out()
        .printf(
            "%-13s  kept %-16s  rebuilt %-16s  %s  (%s)%n",
            view.name(),
            shown(view.kept()),
            shown(view.rebuilt()),
            view.isEqual() ? screen.in(Colour.GOOD, "equal") : screen.in(Colour.BAD, "different"),
            view.extent());
    view.differences().forEach(difference -> screen.out().println("  " + difference));
  }

  private static String shown(String digest) {
    return digest.isEmpty() ? "-" : digest.substring(0, SHOWN);
  }

  private int end(List<ViewComparison> all) {
    Screen screen = environment.screen();
    boolean equal = all.stream().allMatch(ViewComparison::isEqual);
    boolean index = all.stream().anyMatch(view -> view.name().equals("index") && !view.isEqual());
    if (index && replace) {
      screen.out().println("the index was replaced");
    }
    screen
        .out()
        .println(
            equal
                ? screen.in(Colour.GOOD, "every view is what it has to be")
                : screen.in(Colour.BAD, "not every view is what it has to be"));
    return equal ? Exit.OK : Exit.REJECTED;
  }
}
