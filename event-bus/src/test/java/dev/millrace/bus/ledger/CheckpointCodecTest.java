package dev.millrace.bus.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bus.ledger.Fold.Tries;
import dev.millrace.bus.ledger.Memory.Remembered;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.ProjectId;
import dev.millrace.events.UnreadableException;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.ConfigEvolve;
import dev.millrace.events.config.Configuration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePSet;

final class CheckpointCodecTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");
  private final CheckpointCodec<Configuration> codec = new CheckpointCodec<>(Ledgers.CONFIG);

  private static Checkpoint<Configuration> whole() {
    Memory memory =
        Memory.EMPTY
            .with(new CommandId("c1"), NOON, new Remembered(new Outcome.Accepted("p1"), 3), 2)
            .with(new CommandId("c2"), NOON.minusMillis(1), answer(), 2)
            .with(new CommandId("c3"), NOON.plusSeconds(1), answer(), 2);
    var fold =
        new Fold<>(
            configuration(),
            4,
            "term",
            17,
            NOON,
            2,
            33,
            -5,
            memory,
            new Tries(34, HashTreePSet.<String>empty().plus("b").plus("a")),
            1);
    return new Checkpoint<>(fold, 40, 99, Gaps.NONE.with(0, -1).with(7, 6).with(8, 7));
  }

  private static Remembered answer() {
    return new Remembered(new Outcome.Rejected(Code.INVALID, "no"), 5);
  }

  private static Configuration configuration() {
    Configuration all = Configuration.EMPTY;
    var ada = new UserId("u1");
    for (ConfigEvent event :
        List.of(
            new ConfigEvent.UserCreated(ada, "ada", true),
            new ConfigEvent.TokenCreated(ada, "first", "hash1"),
            new ConfigEvent.TokenCreated(ada, "second", "hash2"),
            new ConfigEvent.UserCreated(new UserId("u2"), "bob", false),
            new ConfigEvent.ProjectCreated(new ProjectId("p1"), ada, "demo", "hosted"))) {
      all = ConfigEvolve.evolve(all, NOON, event);
    }
    return ConfigEvolve.freeze(
        all, new ConfigEvent.UserCreated(new UserId("u2"), "eve", false), "why");
  }

  @Test
  void aCheckpointIsReadAsItWasWritten() {
    List<byte[]> parts = codec.write(whole()).toList();

    assertThat(codec.read(parts.iterator())).isEqualTo(whole());
    assertThat(codec.write(codec.read(parts.iterator())).toList())
        .usingElementComparator(java.util.Arrays::compare)
        .isEqualTo(parts);
  }

  @Test
  void theBeginningIsReadAsItWasWritten() {
    Checkpoint<Configuration> empty = Checkpoint.empty(Configuration.EMPTY);

    assertThat(codec.read(codec.write(empty).iterator())).isEqualTo(empty);
  }

  @Test
  void partsThatAreMissingOrOfAnotherFormatAreRefused() {
    List<byte[]> parts = codec.write(whole()).toList();
    for (int i = 0; i < parts.size(); i++) {
      var fewer = parts.subList(0, i).iterator();
      assertThatExceptionOfType(UnreadableException.class).isThrownBy(() -> codec.read(fewer));
    }
    String other =
        new String(parts.getFirst(), StandardCharsets.UTF_8)
            .replace("\"format\":1", "\"format\":2");
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(() -> codec.read(List.of(other.getBytes(StandardCharsets.UTF_8)).iterator()))
        .withMessage("this is no checkpoint, or one of format 2, not 1");
  }
}
