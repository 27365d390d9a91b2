package dev.millrace.bus.ledger;

import java.util.zip.CRC32C;

/**
 * A whole fold and where it stands: with it, reading can go on from there (rule 12).
 *
 * @param offset of the last record that was read, believed or not; -1 before the first
 * @param checksum of that record's value
 * @param gaps up to there
 */
public record Checkpoint<S>(Fold<S> fold, long offset, int checksum, Gaps gaps) {
  /** Before the first record. */
  public static <S> Checkpoint<S> empty(S state) {
    return new Checkpoint<>(Fold.empty(state), -1, 0, Gaps.NONE);
  }

  /** Whether the record at this offset, which was read, is an accepted decision. */
  public boolean isAccepted(long there) {
    return !gaps.has(there);
  }

  /** Without the answers that are remembered, for those who are never asked for them. */
  Checkpoint<S> withoutAnswers() {
    return new Checkpoint<>(fold.with(Memory.EMPTY), offset, checksum, gaps);
  }

  static int checksumOf(byte[] value) {
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    return (int) crc.getValue();
  }
}
