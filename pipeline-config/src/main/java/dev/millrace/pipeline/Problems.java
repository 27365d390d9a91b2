package dev.millrace.pipeline;

import dev.millrace.events.run.RunSpec.SetupError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. */
final class Problems {
  /** More would help nobody, and every one of them goes into an event. */
  static final int SHOWN = 100;

  private final List<Problem> found = new ArrayList<>();

  private record Problem(Spot spot, String message) {}

  void add(Spot spot, String message) {
    found.add(new Problem(spot, message));
  }

  boolean none() {
    return found.isEmpty();
  }

  /**
   * All of them in the order of the file.
   *
   * @param marks whether lines and columns are those of the file that people see
   */
  List<SetupError> inOrder(String file, boolean marks) {
    List<SetupError> errors = new ArrayList<>();
    found.stream()
        .sorted(
            Comparator.comparingInt((Problem p) -> p.spot.line())
                .thenComparingInt(p -> p.spot.column()))
        .limit(SHOWN)
        .forEach(p -> errors.add(new SetupError(place(file, marks, p.spot), p.message)));
    if (found.size() > SHOWN) {
      errors.add(new SetupError(file, "and %d more".formatted(found.size() - SHOWN)));
    }
    return List.copyOf(errors);
  }

  private static String place(String file, boolean marks, Spot spot) {
    String mark = marks ? file + ":" + spot.line() + ":" + spot.column() : file;
    return spot.path().isEmpty() ? mark : mark + " (" + spot.path() + ")";
  }
}
