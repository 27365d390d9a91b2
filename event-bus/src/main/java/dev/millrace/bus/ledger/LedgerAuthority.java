package dev.millrace.bus.ledger;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Partitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions of a ledger, and writes those that it should: decides commands and due
 * times, tells their effects, and answers those who wait.
 *
 * <p>Either {@link #start} gives it a thread of its own, or one thread calls {@link #step}.
 */
public final class LedgerAuthority<S, C, E>
    implements LedgerView<S, E>, CommandGate<C>, AutoCloseable {
  private final Ports<S, C, E> ports;
  private final LedgerSettings settings;
  private final LedgerNode<S, E> node;
  private final LedgerLoop loop;
  private final WaitingRoom waiting = new WaitingRoom();
  private final EffectSender sender;
  private final List<Writer<S, C, E>> writers = new ArrayList<>();
  // Those who are waiting or about to: bounds the mailbox too.
  private final AtomicInteger callers = new AtomicInteger();
  private @Nullable Appender publisher;
  private volatile boolean closed;

  /**
   * What an authority needs.
   *
   * @param instance names this life of this process: never used before, so that three instances
   *     that a command has ended are told from one
   * @param ids makes short random texts
   * @param starts where reading begins
   */
  public record Ports<S, C, E>(
      Bus bus,
      LedgerKind<S, C, E> kind,
      Rules<S, C, E> rules,
      Effects<S, E> effects,
      Coordination coordination,
      String instance,
      Timing timing,
      Supplier<String> ids,
      FaultHandler faults,
      Starts<S> starts) {
    /** The same once it has begun: what it began with may be much, and is not kept. */
    private Ports<S, C, E> begun() {
      return new Ports<>(
          bus,
          kind,
          rules,
          effects,
          coordination,
          instance,
          timing,
          ids,
          faults,
          _ -> {
            throw new IllegalStateException("it has begun");
          });
    }
  }

  /** Does nothing before the first step. */
  public LedgerAuthority(Ports<S, C, E> ports, LedgerSettings settings) {
    this(ports, settings, new Pieces<>());
  }

  LedgerAuthority(Ports<S, C, E> ports, LedgerSettings settings, Pieces<S, C, E> pieces) {
    this.ports = ports.begun();
    this.settings = settings;
    var bus = ports.bus();
    var kind = ports.kind();
    String name = kind.events() + "-" + ports.instance();
    node =
        new LedgerNode<>(
            bus,
            bus.follower(name),
            kind,
            ports.timing(),
            settings,
            ports.faults(),
            ports.starts(),
            pieces);
    loop = new LedgerLoop(node, name, ports.faults());
    sender = new EffectSender(bus, name, ports.timing(), settings, node.mailbox());
    int partitions = node.partitions();
    if (bus.partitions(kind.commands().name()) != partitions) {
      throw new IllegalArgumentException(
          "%s and %s have not the same number of partitions"
              .formatted(kind.commands(), kind.events()));
    }
    var decider =
        pieces.decider(kind, node.folding(), ports.rules(), settings, ports.ids(), partitions);
    var parts =
        new Term.Parts<>(
            decider, ports.rules(), settings, ports.timing(), ports.instance(), new Turn());
    var context =
        new Writer.Context<>(
            bus,
            node.follower(),
            kind,
            parts,
            ports.coordination(),
            ports.ids(),
            node.mailbox(),
            ports.effects(),
            sender,
            node::stop,
            partitions);
    for (int p = 0; p < partitions; p++) {
      writers.add(pieces.writer(context, node.replica(p)));
    }
    node.extend(new Writing());
  }

  /** Lets it run on a thread of its own until it is closed. */
  public void start() {
    loop.start();
  }

  /** Does all there is to do; if there is nothing, waits at most so long for something. */
  public void step(Duration wait) {
    node.step(wait);
  }

  /** As {@link LedgerFollower#caughtUp}. */
  public CompletionStage<Void> caughtUp() {
    return node.caughtUp().minimalCompletionStage();
  }

  /** The whole of what a partition has come to. */
  public Checkpoint<S> checkpoint(int partition) {
    return node.replica(partition).at();
  }

  /** Whether decisions of the partition are made here at the moment. */
  public boolean writes(int partition) {
    return writers.get(partition).stage() == Writer.Stage.WRITING;
  }

  /** Where this candidate stands with the partition, for people. */
  public String stage(int partition) {
    return writers.get(partition).stage().name();
  }

  /** The answer to a command that was decided already, as far as answers are remembered. */
  public Optional<Answer> answerOf(CommandId id) {
    for (int p = 0; p < partitions(); p++) {
      Memory.Remembered known = node.replica(p).fold().memory().answer(id);
      if (known != null) {
        return Optional.of(new Answer(id, known.outcome(), p, known.n()));
      }
    }
    return Optional.empty();
  }

  /**
   * {@inheritDoc}
   *
   * <p>What depends on the stage runs on the thread that folds, so it must not block. If too many
   * wait already, or several wait for this partition and it stands still, the answer is a rejection
   * with {@link Code#TRY_LATER} and n 0: nobody has decided.
   */
  @Override
  public CompletionStage<Answer> submit(Command<C> command, Duration patience) {
    if (!command.waited()) {
      throw new IllegalArgumentException("command " + command.id() + " is not waited for");
    }
    byte[] value = ports.kind().commandCodec().write(command);
    String key = ports.kind().key().apply(command.body());
    int partition = Partitions.of(key, partitions());
    if (value.length > settings.commandBytes()) {
      return CompletableFuture.completedStage(
          refused(command.id(), partition, Code.TOO_LARGE, "the command is too large"));
    }
    if (callers.incrementAndGet() > settings.waiting() || closed) {
      callers.decrementAndGet();
      return CompletableFuture.completedStage(
          tryLater(command.id(), partition, "too many are waiting for an answer"));
    }
    var answer = new CompletableFuture<Answer>();
    var _ = answer.whenComplete((_, _) -> callers.decrementAndGet());
    node.mailbox()
        .post(
            () -> {
              var to = new TopicPartition(ports.kind().commands().name(), partition);
              admit(command.id(), to, key, value, patience, answer);
            });
    return answer;
  }

  private void admit(
      CommandId id,
      TopicPartition to,
      String key,
      byte[] value,
      Duration patience,
      CompletableFuture<Answer> answer) {
    Replica<S, E> replica = node.replica(to.partition());
    Memory.Remembered known = replica.fold().memory().answer(id);
    if (closed) {
      answer.completeExceptionally(new UnansweredException("this process is about to end"));
    } else if (known != null) {
      answer.complete(new Answer(id, known.outcome(), to.partition(), known.n()));
    } else if (replica.stopped() != null) {
      answer.completeExceptionally(new UnansweredException(to + " is stopped: a person must look"));
    } else if (waiting.isStalled(to.partition(), ports.timing().nanos().getAsLong())) {
      answer.complete(
          tryLater(id, to.partition(), "many wait for this partition, which stands still"));
    } else {
      waiting.enter(to.partition(), id, ports.timing().nanos().getAsLong(), patience, answer);
      // A publication that fails may have landed all the same: the wait goes on.
      publisher().append(to, key, value).whenComplete((_, failure) -> published(failure));
    }
  }

  private void published(@Nullable Throwable failure) {
    if (failure != null) {
      node.mailbox()
          .post(
              () -> {
                if (publisher != null) {
                  publisher.close();
                  publisher = null;
                }
              });
    }
  }

  private Appender publisher() {
    Appender current = publisher;
    if (current == null) {
      current = ports.bus().appender("commands-" + ports.instance());
      publisher = current;
    }
    return current;
  }

  private static Answer tryLater(CommandId id, int partition, String why) {
    return refused(id, partition, Code.TRY_LATER, why);
  }

  private static Answer refused(CommandId id, int partition, Code code, String why) {
    return new Answer(id, new Outcome.Rejected(code, why), partition, 0);
  }

  /** How many wait for an answer. */
  public int callers() {
    return callers.get();
  }

  @Override
  public int partitions() {
    return node.partitions();
  }

  @Override
  public S state(int partition) {
    return node.state(partition);
  }

  @Override
  public long n(int partition) {
    return node.n(partition);
  }

  @Override
  public long position(int partition) {
    return node.position(partition);
  }

  @Override
  public boolean isAccepted(int partition, long offset) {
    return node.isAccepted(partition, offset);
  }

  @Override
  public Subscription subscribe(Listener<S, E> listener) {
    return node.subscribe(listener);
  }

  @Override
  public void close() {
    closed = true;
    loop.close();
  }

  private final class Writing implements LedgerNode.Extension<S, E> {
    @Override
    public void read(int partition, LogRecord record, Folded<S, E> folded) {
      writers.get(partition).read(record, folded);
      if (folded instanceof Folded.Accepted<S, E> accepted
          && accepted.record() instanceof Decided<E> decided
          && decided.cause() instanceof Cause.OfCommand cause
          && cause.id() != null) {
        Memory.Remembered known = accepted.after().memory().answer(cause.id());
        long n = known == null ? decided.n() : known.n();
        waiting.answer(new Answer(cause.id(), decided.outcome(), partition, n));
      }
    }

    @Override
    public void command(LogRecord record) {
      writers.get(record.source().partition()).command(record);
    }

    @Override
    public void missing(TopicPartition partition) {
      writers.get(partition.partition()).commandMissing();
    }

    @Override
    public void stopped(int partition) {
      writers.get(partition).close();
    }

    @Override
    public void advance() {
      writers.forEach(Writer::advance);
      sender.advance();
      waiting.expire(ports.timing().nanos().getAsLong());
    }

    @Override
    public long idleFor() {
      long idle = Math.min(sender.idleFor(), waiting.idleFor(ports.timing().nanos().getAsLong()));
      for (Writer<S, C, E> writer : writers) {
        idle = Math.min(idle, writer.idleFor());
      }
      return idle;
    }

    @Override
    public void close() {
      writers.forEach(Writer::close);
      sender.close();
      if (publisher != null) {
        publisher.close();
      }
      node.mailbox().drain();
      waiting.close();
    }
  }
}
