package dev.millrace.bus.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bus.memory.MemoryBus;
import dev.millrace.bus.memory.MemoryCoordination;
import dev.millrace.bus.memory.MemoryTopics;
import dev.millrace.bus.memory.ThrowingFaults;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Decision;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Topics;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ledger as it is deployed: with threads, on a bus in memory. */
final class LedgerOnThreadsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final MemoryTopics topics =
      new MemoryTopics(Clock.systemUTC())
          .create(Topics.CONFIG_COMMANDS.name(), 1)
          .create(Topics.CONFIG_EVENTS.name(), 1)
          .create(Topics.DEAD_LETTERS.name(), 1);
  private final MemoryBus bus = new MemoryBus(topics);
  private final AtomicInteger ids = new AtomicInteger();
  private final Coordination coordination = new MemoryCoordination(true);

  @AfterEach
  void close() {
    bus.close();
  }

  @Test
  void aCommandIsDecidedAnsweredAndSeenByEveryReader() throws Exception {
    try (var authority = authority("one");
        var reader =
            new LedgerFollower<>(
                bus,
                Ledgers.CONFIG,
                "reader",
                Timing.system(),
                LedgerSettings.DEFAULT,
                new ThrowingFaults())) {
      authority.start();
      reader.start();
      var seen = new CompletableFuture<Decided<ConfigEvent>>();
      reader.subscribe(new First(seen));

      Answer answer = await(authority.submit(create("c1", "admin"), PATIENCE));

      assertThat(answer.outcome()).isEqualTo(new Outcome.Accepted("u-admin"));
      assertThat(seen.get(20, TimeUnit.SECONDS).n()).isEqualTo(answer.n());
      assertThat(reader.state(0)).isEqualTo(authority.state(0));
      assertThat(authority.answerOf(new CommandId("c1"))).contains(answer);
      assertThat(await(authority.submit(create("c1", "admin"), PATIENCE))).isEqualTo(answer);
    }
  }

  @Test
  void theNextLifeGoesOnWhereTheLastOneEnded() throws Exception {
    Answer first;
    try (var authority = authority("one")) {
      authority.start();
      first = await(authority.submit(create("c1", "admin"), PATIENCE));
    }
    try (var authority = authority("two")) {
      authority.start();
      await(authority.caughtUp());

      assertThat(await(authority.submit(create("c1", "admin"), PATIENCE))).isEqualTo(first);
      assertThat(await(authority.submit(create("c2", "admin"), PATIENCE)).outcome())
          .isEqualTo(new Outcome.Rejected(Code.ALREADY_EXISTS, "admin"));
    }
  }

  private LedgerAuthority<Configuration, ConfigCommand, ConfigEvent> authority(String name) {
    return new LedgerAuthority<>(
        new LedgerAuthority.Ports<>(
            bus,
            Ledgers.CONFIG,
            new UserRules(),
            new NoEffects(),
            coordination,
            name,
            Timing.system(),
            () -> "t" + ids.incrementAndGet(),
            new ThrowingFaults(),
            Starts.first(Ledgers.CONFIG)),
        LedgerSettings.DEFAULT);
  }

  private static Command<ConfigCommand> create(String id, String name) {
    return new Command<>(
        new CommandId(id),
        Instant.now(),
        Actor.system("test"),
        true,
        null,
        new ConfigCommand.CreateUser(name, true));
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static final class UserRules implements Rules<Configuration, ConfigCommand, ConfigEvent> {
    @Override
    public Decision<ConfigEvent> decide(
        Configuration state, Command<ConfigCommand> command, Instant at, Supplier<String> ids) {
      var create = (ConfigCommand.CreateUser) command.body();
      var user = new UserId("u-" + create.name());
      return state.users().containsKey(user)
          ? Decision.reject(Code.ALREADY_EXISTS, create.name())
          : Decision.accept(
              user.value(),
              List.of(new ConfigEvent.UserCreated(user, create.name(), create.admin())));
    }

    @Override
    public @Nullable Due nextDue(Configuration state) {
      return null;
    }

    @Override
    public Decision<ConfigEvent> tick(
        Configuration state, Due due, Instant at, Supplier<String> ids) {
      throw new AssertionError("nothing is due");
    }
  }

  private static final class NoEffects implements Effects<Configuration, ConfigEvent> {
    @Override
    public List<Effect> of(
        int partition, Decided<ConfigEvent> decision, Configuration before, Configuration after) {
      return List.of();
    }

    @Override
    public List<Effect> outstanding(int partition, long n, Configuration state) {
      return List.of();
    }
  }

  private record First(CompletableFuture<Decided<ConfigEvent>> seen)
      implements LedgerView.Listener<Configuration, ConfigEvent> {
    @Override
    public void folding(int partition, long n, Configuration state) {}

    @Override
    public void accepted(
        int partition,
        long offset,
        Decided<ConfigEvent> decision,
        Configuration before,
        Configuration after) {
      if (decision.cause() instanceof Cause.OfCommand) {
        seen.complete(decision);
      }
    }
  }
}
