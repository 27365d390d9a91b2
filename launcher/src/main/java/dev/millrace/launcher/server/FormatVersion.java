package dev.millrace.launcher.server;

import dev.millrace.launcher.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of the layout in which something is kept. What is newer than this build is refused, as
 * it would be misread and damaged; what is older is brought up to date, step by step. What has no
 * number yet, new or made by the first builds, is of layout 0.
 */
final class FormatVersion {
  /** The file, or object, that holds the number. */
  static final String NAME = "format";

  private static final Logger log = LoggerFactory.getLogger(FormatVersion.class);

  private final String what;
  private final Store store;
  private final List<Step> steps;

  /** Where the number is kept. */
  interface Store {
    /** What is kept; empty if nothing is. */
    Optional<String> read() throws IOException;

    /** Replaces it, wholly or not at all, and persists it. */
    void write(String number) throws IOException;
  }

  /**
   * Brings everything from one layout to the next. It may have been cut off at any moment before,
   * also at its very end, and is then done again.
   */
  interface Step {
    void run() throws IOException;
  }

  /**
   * Something with a layout.
   *
   * @param what names it in sentences, as in "the data directory /x"
   * @param steps the first leads from layout 0 to 1, and so on to the layout of this build
   */
  FormatVersion(String what, Store store, List<Step> steps) {
    this.what = what;
    this.store = store;
    this.steps = List.copyOf(steps);
  }

  /**
   * Brings it up to date. Nobody else may be using it.
   *
   * @throws StartException if it is newer than this build, or its number cannot be read; nothing is
   *     changed then
   */
  void bringUpToDate() throws IOException, StartException {
    int found = check();
    for (int next = found; next < steps.size(); next++) {
      steps.get(next).run();
      store.write(Integer.toString(next + 1));
      if (found > 0) {
        log.info("{} is of format {} now", what, next + 1);
      }
    }
  }

  /**
   * The number that it has now; 0 if none.
   *
   * @throws StartException if it is newer than this build, or cannot be read
   */
  int check() throws IOException, StartException {
    int found = number(store.read().orElse("0").strip());
    if (found > steps.size()) {
      throw new StartException(
          "%s is of format %d, and this build (%s) knows formats up to %d only: start the newer build"
                  .formatted(what, found, Version.text(), steps.size())
              + " of millrace that has used it last");
    }
    return found;
  }

  boolean isUpToDate() throws IOException, StartException {
    return check() == steps.size();
  }

  private int number(String text) throws StartException {
    if (!text.matches("[0-9]{1,9}")) {
      throw new StartException(
          "what format %s is of cannot be read from %s: it has to be a number, this build's is %d"
              .formatted(what, NAME, steps.size()));
    }
    return Integer.parseInt(text);
  }
}
