package dev.millrace.bus.ledger;

import dev.millrace.bus.Appender;
import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.Follower;
import dev.millrace.bus.LogRecord;
import dev.millrace.bus.TopicPartition;
import dev.millrace.bus.ledger.Folding.Folded;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.LedgerRecord.WriterChanged;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One candidate for writing one partition (rules 5 and 6). Steps of rule 5 are stages; whatever
 * goes wrong leads back to the first, after a pause. On one thread.
 */
class Writer<S, C, E> {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private static final long ASK_AGAIN_NANOS = 50_000_000;

  // A broker that is cut off from the others tells of an end that is behind the real one; another
  // one is asked next time. Several in a row do not all ask the same one.
  private static final int DOUBTS = 25;

  private final Context<S, C, E> context;
  private final Replica<S, E> replica;
  final TopicPartition ledger;
  final TopicPartition commands;

  private Stage stage = Stage.IDLE;
  // Answers to questions asked in an earlier stage, or in an earlier round, are not heard.
  private long round;
  private long since;
  private long readWhenAsked;
  private long decidedWhenAsked;
  private int doubts;
  private @Nullable Extent ledgerExtent;
  private @Nullable Extent commandsExtent;
  long epoch;
  String term = "";
  @Nullable Appender appender;
  @Nullable Term<S, C, E> writing;

  /** Where a candidate stands. The letters are those of rule 5. */
  enum Stage {
    /** Not asked to write, or standing back. */
    IDLE,
    /** (a): asking for the ends. */
    ASKING,
    /** (a): reading up to the end. */
    READING,
    /** (b): asking for the epoch. */
    RAISING,
    /** (c), (d): waiting for the own {@code writer-changed} to be believed. */
    ANNOUNCED,
    /** (e): asking for the end of the commands. */
    COUNTING,
    /** (e): looking at the command that was decided last. */
    CHECKING,
    /** (f), and rule 6. */
    WRITING,
    /** Rule 11. */
    STOPPED
  }

  /** What all partitions have in common. */
  record Context<S, C, E>(
      Bus bus,
      Follower follower,
      LedgerKind<S, C, E> kind,
      Term.Parts<S, C, E> parts,
      Coordination coordination,
      Supplier<String> ids,
      Mailbox mailbox,
      Effects<S, E> effects,
      EffectSender sender,
      Stopper stopper,
      int partitions) {}

  /** Stops a partition. */
  interface Stopper {
    void stop(int partition, String why);
  }

  Writer(Context<S, C, E> context, Replica<S, E> replica) {
    this.context = context;
    this.replica = replica;
    this.ledger = replica.ledger();
    this.commands = new TopicPartition(context.kind().commands().name(), ledger.partition());
    this.since = nanos() - settings().backOff().toNanos();
  }

  Stage stage() {
    return stage;
  }

  /** Goes as far as it can without waiting. */
  void advance() {
    switch (stage) {
      case IDLE -> {
        if (waited(settings().backOff())
            && context.coordination().shouldWrite(ledger.topic(), ledger.partition())) {
          ask();
        }
      }
      case ASKING, RAISING, ANNOUNCED, COUNTING, CHECKING -> checkPatience();
      case READING -> {
        if (ledgerExtent != null && context.follower().position(ledger) >= ledgerExtent.end()) {
          raise();
        } else {
          checkPatience();
        }
      }
      case WRITING -> {
        if (writing().overdue(nanos())) {
          retreat("an own record was not read back in time");
        } else if (!context.sender().full()) {
          writing().decide(replica.fold());
        }
      }
      case STOPPED -> {}
    }
  }

  /** Nanoseconds until {@link #advance} has to be called though nothing comes. */
  long idleFor() {
    return switch (stage) {
      case IDLE -> Math.max(ASK_AGAIN_NANOS, since + settings().backOff().toNanos() - nanos());
      case WRITING -> writing().idleFor(nanos());
      case STOPPED -> Long.MAX_VALUE;
      case ASKING, READING, RAISING, ANNOUNCED, COUNTING, CHECKING ->
          since + settings().patience().toNanos() - nanos() + 1;
    };
  }

  // (a)
  private void ask() {
    enter(Stage.ASKING);
    ledgerExtent = null;
    commandsExtent = null;
    readWhenAsked = replica.at().offset();
    decidedWhenAsked = replica.fold().command();
    // The last record is read once more: is the ledger still the one that was folded?
    context.follower().assign(ledger, replica.overlap());
    answer(
        context.bus().extent(ledger),
        extent -> {
          ledgerExtent = extent;
          asked();
        });
    answer(
        context.bus().extent(commands),
        extent -> {
          commandsExtent = extent;
          asked();
        });
  }

  private void asked() {
    Extent ofCommands = commandsExtent;
    if (ledgerExtent != null && ofCommands != null) {
      if (ledgerExtent.end() <= readWhenAsked) {
        doubt(
            "the ledger ends at %d, but %d was read already"
                .formatted(ledgerExtent.end(), readWhenAsked));
        return;
      }
      if (ofCommands.end() <= decidedWhenAsked) {
        doubt(otherCommands(ofCommands, ofCommands));
        return;
      }
      enter(Stage.READING);
    }
  }

  // (b)
  private void raise() {
    enter(Stage.RAISING);
    String name = ledger.topic();
    int partition = ledger.partition();
    answer(
        context.coordination().epoch(name, partition),
        given -> {
          long next = Math.max(given, replica.fold().epoch()) + 1;
          answer(
              context.coordination().raiseEpoch(name, partition, given, next),
              raised -> {
                if (raised) {
                  announce(next);
                } else {
                  retreat("another instance was given an epoch");
                }
              });
        });
  }

  // (c)
  void announce(long next) {
    enter(Stage.ANNOUNCED);
    epoch = next;
    term = context.ids().get();
    var fresh = context.bus().appender("%s-%s".formatted(ledger, term));
    appender = fresh;
    int language =
        Math.max(
            replica.fold().language(), Math.min(context.kind().language(), settings().language()));
    var changed =
        new WriterChanged<E>(
            epoch, term, context.parts().instance(), language, context.partitions());
    String ofTerm = term;
    fresh
        .append(ledger, null, context.kind().eventCodec().write(changed))
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                acknowledged(ofTerm);
              } else {
                appendFailed(ofTerm, failure);
              }
            });
  }

  /** It landed. That proves nothing: it may land behind another one. Any thread. */
  void acknowledged(String ofTerm) {}

  /** A record of the ledger was read. */
  void read(LogRecord record, Folded<S, E> folded) {
    switch (folded) {
      case Folded.Accepted<S, E> accepted -> {
        switch (accepted.record()) {
          case WriterChanged<E> w -> writerChanged(w, record);
          case Decided<E> d -> decided(d, accepted);
        }
      }
      case Folded.Skipped<S, E>(String skipped) -> {
        if (stage != Stage.IDLE && !skipped.isEmpty() && skipped.equals(term)) {
          retreat("an own record was skipped");
        }
      }
      case Folded.Stopped<S, E> _ -> {}
    }
  }

  // (d)
  private void writerChanged(WriterChanged<E> w, LogRecord record) {
    switch (stage) {
      case ANNOUNCED -> {
        if (!w.term().equals(term)) {
          retreat("another instance writes: " + w.instance());
        } else if (skew(record).compareTo(settings().patience()) > 0) {
          retreat("this clock and the broker's differ by " + skew(record));
        } else {
          count();
        }
      }
      case COUNTING, CHECKING, WRITING -> retreat("another instance writes: " + w.instance());
      case IDLE, ASKING, READING, RAISING, STOPPED -> {}
    }
  }

  private Duration skew(LogRecord record) {
    return Duration.between(record.appendedAt(), context.parts().timing().now()).abs();
  }

  // (e)
  void count() {
    enter(Stage.COUNTING);
    answer(context.bus().extent(commands), this::check);
  }

  void check(Extent now) {
    var before = commandsExtent;
    long last = replica.fold().command();
    if (before == null || last + 1 < before.start()) {
      stop(otherCommands(before, now));
    } else if (last + 1 > now.end()) {
      doubt(otherCommands(before, now));
    } else if (last < 0) {
      context.follower().assign(commands, 0);
      write(0, now.end());
    } else {
      enter(Stage.CHECKING);
      commandsExtent = now;
      context.follower().assign(commands, last);
    }
  }

  private String otherCommands(@Nullable Extent before, Extent now) {
    return "the commands go from %s to %d, but %d was decided last"
        .formatted(before == null ? "?" : before.start(), now.end(), replica.fold().command());
  }

  /** A record of the commands was read. */
  void command(LogRecord record) {
    if (stage == Stage.WRITING) {
      writing().command(record);
    } else if (stage == Stage.CHECKING) {
      if (isLastDecided(record)) {
        write(record.offset() + 1, commandsExtent == null ? 0 : commandsExtent.end());
      } else if (record.offset() >= replica.fold().command()) {
        stop("another command is where the last one that was decided had been");
      }
    }
  }

  boolean isLastDecided(LogRecord record) {
    return record.offset() == replica.fold().command()
        && Checkpoint.checksumOf(record.value()) == replica.fold().checksum();
  }

  // (f)
  void write(long from, long waiting) {
    enter(Stage.WRITING);
    doubts = 0;
    String ofTerm = term;
    var fresh = appender;
    if (fresh == null) {
      throw new IllegalStateException("no producer in term " + term);
    }
    var queue = new CommandQueue(commands, context.follower(), settings().commands(), from);
    Fold<S> fold = workingCopy();
    writing =
        new Term<>(
            context.parts(),
            ledger,
            fresh,
            queue,
            fold,
            waiting,
            failure -> appendFailed(ofTerm, failure));
    LOG.info("{} writes {} in term {}, epoch {}", context.parts().instance(), ledger, term, epoch);
    for (var effect : context.effects().outstanding(ledger.partition(), fold.n(), fold.state())) {
      context.sender().send(effect);
    }
  }

  /** What a term begins with. */
  Fold<S> workingCopy() {
    return replica.fold();
  }

  private void decided(Decided<E> d, Folded.Accepted<S, E> accepted) {
    if (stage != Stage.WRITING) {
      return;
    }
    Term.Sent sent = writing().readBack(d.n());
    int partition = ledger.partition();
    if (sent.poison() != null) {
      context.sender().sendDeadLetter(sent.poison(), d);
    }
    var effects =
        context.effects().of(partition, d, accepted.before().state(), accepted.after().state());
    for (var effect : effects) {
      context.sender().send(effect);
    }
  }

  /** The position in the commands is not there any more. */
  void commandMissing() {
    if (stage == Stage.CHECKING) {
      doubt("the command that was decided last is not there");
    } else {
      retreat("a command is missing");
    }
  }

  /** Ends what it is doing, for good. */
  void close() {
    leave();
    stage = Stage.STOPPED;
  }

  /** Stops, unless this is what one that knows no better has told. */
  private void doubt(String why) {
    doubts++;
    if (doubts < DOUBTS) {
      retreat(why);
    } else {
      stop(why);
    }
  }

  private void stop(String why) {
    context.stopper().stop(ledger.partition(), why);
  }

  // Any thread.
  void appendFailed(String ofTerm, Throwable failure) {
    context
        .mailbox()
        .post(
            () -> {
              if (term.equals(ofTerm)) {
                retreat("an append failed: " + failure.getMessage());
              }
            });
  }

  private void retreat(String why) {
    LOG.info("{} stands back from {}: {}", context.parts().instance(), ledger, why);
    leave();
    enter(Stage.IDLE);
  }

  private void leave() {
    if (writing != null) {
      writing.close();
      writing = null;
    } else if (appender != null) {
      appender.close();
    }
    if (stage == Stage.CHECKING) {
      context.follower().unassign(commands);
    }
    appender = null;
    term = "";
    round++;
  }

  private void checkPatience() {
    if (waited(settings().patience())) {
      retreat("nothing came in time, " + stage);
    }
  }

  private boolean waited(Duration time) {
    return nanos() - since >= time.toNanos();
  }

  private void enter(Stage next) {
    stage = next;
    since = nanos();
    round++;
  }

  private <T> void answer(CompletionStage<T> question, Consumer<T> heard) {
    long asked = round;
    question.whenComplete(
        (value, failure) ->
            context
                .mailbox()
                .post(
                    () -> {
                      if (round != asked) {
                        return;
                      }
                      if (failure == null) {
                        heard.accept(value);
                      } else {
                        retreat("%s failed: %s".formatted(stage, failure.getMessage()));
                      }
                    }));
  }

  private Term<S, C, E> writing() {
    if (writing == null) {
      throw new IllegalStateException("not writing " + ledger);
    }
    return writing;
  }

  private LedgerSettings settings() {
    return context.parts().settings();
  }

  private long nanos() {
    return context.parts().timing().nanos().getAsLong();
  }
}
