package dev.millrace.datamanager.recovery;

import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Standing;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.Runs;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is lost of topics, as {@link Recovery#examine} has found it. */
public final class Losses {
  private final Optional<Instant> checkpoint;
  private final List<Loss> all;
  private final List<Standing<Configuration>> config;
  private final List<Standing<Runs>> runs;
  private final Map<TopicPartition, Long> forward;

  /**
   * One of them.
   *
   * @param why it is known to be lost: a sentence
   * @param consequence what is gone on with: a sentence
   */
  public record Loss(TopicPartition partition, String why, String consequence) {
    @Override
    public String toString() {
      return "%s: %s; %s".formatted(partition, why, consequence);
    }
  }

  Losses(
      Optional<Instant> checkpoint,
      List<Loss> all,
      List<Standing<Configuration>> config,
      List<Standing<Runs>> runs,
      Map<TopicPartition, Long> forward) {
    this.checkpoint = checkpoint;
    this.all = List.copyOf(all);
    this.config = List.copyOf(config);
    this.runs = List.copyOf(runs);
    this.forward = Map.copyOf(forward);
  }

  /** When the newest checkpoint was made; empty if there is none. */
  public Optional<Instant> checkpoint() {
    return checkpoint;
  }

  /** One by one; none if nothing is lost. */
  public List<Loss> all() {
    return all;
  }

  List<Standing<Configuration>> config() {
    return config;
  }

  List<Standing<Runs>> runs() {
    return runs;
  }

  /** Partitions of which something is lost, and before which offset nothing must come again. */
  Map<TopicPartition, Long> forward() {
    return forward;
  }
}
