package dev.millrace.bus.ledger;

import java.time.Duration;

/**
 * The bounds of a ledger.
 *
 * @param remembered answers that a partition remembers by id; the same on every candidate for ever,
 *     since it says what the ledger means; readers that answer nobody need none
 * @param unread own records that may be appended and not yet read back
 * @param commands command records that may be read and not yet decided, a partition
 * @param waiting callers that may wait for an answer at once
 * @param commandBytes size of the largest command
 * @param decisionBytes size of the largest decision
 * @param patience how long anything of the protocol may take before the term is given up; also how
 *     far the writer's clock may be from the broker's
 * @param backOff how long to stand back after that
 * @param future how far ahead of the writer's clock a command may have been made
 * @param triers how many instances have to have tried a command before it counts as undecidable
 * @param language the highest language that a new term may be written in, however much this build
 *     knows: what every instance reads
 */
public record LedgerSettings(
    int remembered,
    int unread,
    int commands,
    int waiting,
    int commandBytes,
    int decisionBytes,
    Duration patience,
    Duration backOff,
    Duration future,
    int triers,
    int language) {
  public static final LedgerSettings DEFAULT =
      new LedgerSettings(
          8_192,
          1_000,
          2_000,
          4_096,
          1 << 20,
          3 << 20,
          Duration.ofSeconds(5),
          Duration.ofMillis(200),
          Duration.ofMinutes(5),
          3,
          Integer.MAX_VALUE);

  /** For followers: what nobody can ask them for is not remembered. */
  public static final LedgerSettings READER =
      new LedgerSettings(
          0,
          DEFAULT.unread,
          DEFAULT.commands,
          DEFAULT.waiting,
          DEFAULT.commandBytes,
          DEFAULT.decisionBytes,
          DEFAULT.patience,
          DEFAULT.backOff,
          DEFAULT.future,
          DEFAULT.triers,
          DEFAULT.language);
}
