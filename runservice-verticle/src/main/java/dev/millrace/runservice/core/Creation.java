package dev.millrace.runservice.core;

import dev.millrace.events.Decision;
import dev.millrace.events.RunId;
import dev.millrace.events.run.RunCommand.CreateRuns;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.RunEvent.DeliverySettled;
import dev.millrace.events.run.RunEvent.RunCreated;
import dev.millrace.events.run.RunSpec;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.events.run.Runs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Creates all runs of a command or none. What is wrong with the tasks of a run does not refuse it:
 * the run is created in {@code setuperror}, without tasks, so that people see what is wrong.
 */
final class Creation {
  private Creation() {}

  static Decision<RunEvent> create(Runs state, CreateRuns c) {
    Runs.OfRoot root = state.root(c.root());
    if (c.delivery() != null && c.delivery() <= root.lastDelivery()) {
      return Refusal.stale("delivery %d of %s is settled already", c.delivery(), c.root());
    }
    if (c.runs().isEmpty() && c.delivery() == null) {
      return Refusal.invalid("there is no run to create");
    }
    if (c.runs().size() > Limits.RUNS) {
      return Refusal.invalid("at most %d runs are created together", Limits.RUNS);
    }
    String within = "/" + c.root();
    for (RunSpec run : c.runs()) {
      if (!run.group().equals(within) && !run.group().startsWith(within + "/")) {
        return Refusal.invalid("the group of a run of %s starts with %s", c.root(), within);
      }
      if (run.group().length() > Limits.GROUP || !groupSafe(run.group())) {
        return Refusal.invalid(
            "a group is at most %d characters, without control characters", Limits.GROUP);
      }
    }
    return accept(c, root);
  }

  private static boolean groupSafe(String group) {
    return group.codePoints().noneMatch(Character::isISOControl);
  }

  private static Decision<RunEvent> accept(CreateRuns c, Runs.OfRoot root) {
    List<RunId> ids = new ArrayList<>();
    List<RunEvent> events = new ArrayList<>();
    for (RunSpec spec : c.runs()) {
      var id = new RunId(c.root(), root.lastNumber() + 1 + ids.size());
      ids.add(id);
      events.add(new RunCreated(id, checked(spec)));
    }
    if (c.delivery() != null) {
      String reason = ids.isEmpty() ? Limits.sentence(c.reason()) : "";
      events.add(new DeliverySettled(c.root(), c.delivery(), ids, reason));
    }
    return Decision.accept(
        ids.stream().map(RunId::toString).collect(Collectors.joining(",")), events);
  }

  private static RunSpec checked(RunSpec spec) {
    List<SetupError> errors = new ArrayList<>(spec.setupErrors());
    errors.addAll(SpecCheck.errors(spec));
    if (errors.isEmpty()) {
      return spec;
    }
    boolean fits = SpecCheck.environmentsFit(spec);
    return new RunSpec(
        Limits.shown(spec.name()),
        spec.group(),
        SpecCheck.annotationsFit(spec) ? spec.annotations() : Map.of(),
        bounded(errors),
        fits ? spec.staticEnvironment() : Map.of(),
        fits ? spec.environment() : Map.of(),
        List.of());
  }

  private static List<SetupError> bounded(List<SetupError> errors) {
    List<SetupError> kept =
        errors.stream()
            .limit(Limits.SETUP_ERRORS)
            .map(e -> new SetupError(Limits.sentence(e.place()), Limits.sentence(e.message())))
            .collect(Collectors.toCollection(ArrayList::new));
    if (errors.size() > kept.size()) {
      kept.add(new SetupError("", "and %d more".formatted(errors.size() - kept.size())));
    }
    return kept;
  }
}
