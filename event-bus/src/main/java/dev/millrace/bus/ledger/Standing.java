package dev.millrace.bus.ledger;

import org.jspecify.annotations.Nullable;

/**
 * How a partition of a ledger stands against the checkpoint that it is to be read from.
 *
 * @param at what can be gone on with: the checkpoint and, if the ledger is still the one that it is
 *     of, all that came after it
 * @param ledgerLost why the ledger cannot be read on from the checkpoint; null if it can
 * @param commandsLost why no command can be decided after the last one that was; null if they can
 */
public record Standing<S>(
    Checkpoint<S> at, @Nullable String ledgerLost, @Nullable String commandsLost) {
  /** Whether a writer can go on as if nothing had happened. */
  public boolean isWhole() {
    return ledgerLost == null && commandsLost == null;
  }
}
