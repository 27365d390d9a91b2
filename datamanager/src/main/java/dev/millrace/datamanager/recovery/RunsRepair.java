package dev.millrace.datamanager.recovery;

import dev.millrace.events.Partitions;
import dev.millrace.events.RootGroup;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.Run;
import dev.millrace.events.run.RunRecovery;
import dev.millrace.events.run.Runs;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts into the runs of partitions whose last decisions are lost what is known all the same: runs
 * that are archived have ended, and numbers that may have been given are not given again.
 */
final class RunsRepair {
  private final Runs[] states;
  private final boolean[] lost;
  private final Set<RootGroup> owners = new HashSet<>();

  /**
   * Nothing is put right yet.
   *
   * @param states of all partitions
   * @param configuration tells who may have had runs
   */
  RunsRepair(List<Runs> states, boolean[] lost, List<Configuration> configuration) {
    this.states = states.toArray(Runs[]::new);
    this.lost = lost.clone();
    for (Configuration each : configuration) {
      each.projects().keySet().forEach(project -> owners.add(RootGroup.of(project)));
      each.users()
          .keySet()
          .forEach(user -> owners.add(new RootGroup(RootGroup.Kind.user, user.value())));
    }
  }

  /** These have ended. */
  void end(Stream<Run> archived) {
    archived.forEach(
        run -> {
          int p = partition(run.id().root());
          if (lost[p]) {
            states[p] = RunRecovery.ended(states[p], run);
          }
        });
  }

  /** So many numbers may have been given that nobody knows of. */
  void skip(long numbers) {
    for (int p = 0; p < states.length; p++) {
      if (lost[p]) {
        owners.addAll(states[p].roots().keySet());
      }
    }
    for (RootGroup root : owners) {
      int p = partition(root);
      if (lost[p]) {
        long last = states[p].root(root).lastNumber();
        states[p] = RunRecovery.numbered(states[p], root, last + numbers);
      }
    }
  }

  private int partition(RootGroup root) {
    return Partitions.of(root.toString(), states.length);
  }

  Runs state(int partition) {
    return states[partition];
  }
}
