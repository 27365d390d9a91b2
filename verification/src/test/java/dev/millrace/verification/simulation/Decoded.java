package dev.millrace.verification.simulation;

import dev.millrace.bus.ledger.BrokenPieces;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.LedgerRecord;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.run.RunEvent;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of the ledger as the deployed codec reads them, once each: records do not change, and
 * a dozen readers of one seed, some of them from the beginning again and again, would do little
 * else.
 */
final class Decoded implements BrokenPieces.Reading<RunEvent> {
  // By the very bytes: only what the broker keeps is asked for more than once.
  private final IdentityHashMap<
          LedgerCodec<RunEvent>, IdentityHashMap<byte[], LedgerRecord<RunEvent>>>
      known = new IdentityHashMap<>();

  @Override
  public @Nullable LedgerRecord<RunEvent> read(LedgerCodec<RunEvent> codec, byte[] value) {
    try {
      return known
          .computeIfAbsent(codec, _ -> new IdentityHashMap<>())
          .computeIfAbsent(value, codec::read);
    } catch (UnreadableException _) {
      return null;
    }
  }
}
