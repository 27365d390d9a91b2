package dev.millrace.verification.simulation;

import dev.millrace.bus.BusException;
import dev.millrace.bus.ledger.Answer;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Partitions;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ClaimedTask;
import dev.millrace.events.run.ExecutorRef;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunCommand.ClaimTask;
import dev.millrace.executor.ClaimRefusedException;
import dev.millrace.executor.Claims;
import dev.millrace.runservice.core.Specifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What lies between an executor and a run service: as the routes and their caller, without HTTP.
 */
final class SimulatedClaims implements Claims {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

  private static final Set<Code> MAY_PASS =
      EnumSet.of(Code.TRY_LATER, Code.EXPIRED, Code.FROM_THE_FUTURE);

  private final World world;
  private final List<Call> calls = new ArrayList<>();

  /** A request under way; what came back is heard when the caller is awake. */
  private static final class Call {
    final CompletableFuture<ClaimedTask> stage = new CompletableFuture<>();
    final long until;
    @Nullable Runnable heard;

    Call(long until) {
      this.until = until;
    }
  }

  SimulatedClaims(World world) {
    this.world = world;
  }

  @Override
  public CompletionStage<ClaimedTask> claim(AttemptRef attempt, ExecutorRef executor, String key) {
    var call = new Call(world.broker.time.nanos() + PATIENCE.plusMillis(500).toNanos());
    calls.add(call);
    List<Replica> living = world.replicas.stream().filter(each -> each.alive).toList();
    if (living.isEmpty()) {
      call.heard = () -> fail(call, "connection refused");
      return call.stage;
    }
    Replica replica = world.chaos.pick(living);
    var command =
        new Command<RunCommand>(
            new CommandId(key),
            replica.timing().wall().instant(),
            Actor.executor(executor.id()),
            true,
            null,
            new ClaimTask(attempt, executor));
    var _ =
        replica
            .authority
            .submit(command, PATIENCE)
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null || world.chaos.strikes(Fault.ANSWER_TO_A_CLAIM_LOST)) {
                    call.heard = () -> fail(call, "unanswered");
                  } else {
                    answered(call, replica, command, answer, attempt, executor);
                  }
                });
    return call.stage;
  }

  private void answered(
      Call call,
      Replica replica,
      Command<?> command,
      Answer answer,
      AttemptRef attempt,
      ExecutorRef executor) {
    int partition = Partitions.of(attempt.run().root().toString(), World.PARTITIONS);
    var run = replica.authority.state(partition).run(attempt.run());
    ClaimedTask task = Specifications.of(run, attempt, executor, KEY);
    if (task != null) {
      call.heard =
          () -> {
            world.oracles.checkRestampedAnswer(command.id(), attempt.run().root(), answer);
            call.stage.complete(task);
          };
    } else if (answer.outcome() instanceof Outcome.Rejected r && MAY_PASS.contains(r.code())) {
      call.heard = () -> fail(call, r.message());
    } else {
      call.heard =
          () -> call.stage.completeExceptionally(new ClaimRefusedException("not to be had"));
    }
  }

  private static void fail(Call call, String why) {
    call.stage.completeExceptionally(new BusException(why, null));
  }

  /** Hears what has come back. */
  void deliver() {
    for (Call call : List.copyOf(calls)) {
      Runnable heard = call.heard;
      if (heard != null || call.until < world.broker.time.nanos()) {
        calls.remove(call);
        if (heard == null) {
          fail(call, "timed out");
        } else {
          heard.run();
        }
      }
    }
  }
}
