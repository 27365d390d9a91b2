package dev.millrace.bus.ledger;

import dev.millrace.events.Catalog;
import dev.millrace.events.Command;
import dev.millrace.events.CommandCodec;
import dev.millrace.events.Decision;
import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.Json;
import dev.millrace.events.LedgerCodec;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Topics;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** The smallest language of a ledger: things that are counted. */
final class Counting {
  private Counting() {}

  /** What may be asked. */
  sealed interface Wish {
    String what();

    /**
     * Counts; {@code by} above 100 is refused, 13 makes an event that cannot be, 99 is a defect.
     */
    record Count(String what, int by, String padding) implements Wish {}
  }

  /** What happened. */
  sealed interface Event {
    String what();

    record Counted(String what, int by, String padding) implements Event {}

    /** In the language from 2 on. */
    record Reset(String what) implements Event {}
  }

  /** How often what was counted, and what is frozen. */
  record Counts(PMap<String, Integer> counts, PMap<String, String> frozen) {
    static final Counts NONE = new Counts(HashTreePMap.empty(), HashTreePMap.empty());

    int of(String what) {
      return counts.getOrDefault(what, 0);
    }
  }

  static final Catalog<Wish> WISHES = new Catalog<Wish>().add("count", 1, 1, Wish.Count.class);

  static final Catalog<Event> EVENTS =
      new Catalog<Event>().add("counted", 1, 1, Event.Counted.class);

  static final Catalog<Event> NEWER_EVENTS =
      new Catalog<Event>()
          .add("counted", 1, 1, Event.Counted.class)
          .add("reset", 1, 2, Event.Reset.class);

  static LedgerKind<Counts, Wish, Event> kind(int language, Catalog<Event> events) {
    return new LedgerKind<>(
        Topics.CONFIG_COMMANDS,
        Topics.CONFIG_EVENTS,
        new CommandCodec<>(WISHES),
        new LedgerCodec<>(events),
        Wish::what,
        wish -> wish.what().startsWith("new"),
        language,
        new Meanings(),
        new States());
  }

  static final LedgerKind<Counts, Wish, Event> KIND = kind(1, EVENTS);

  static final class Meanings implements Meaning<Counts, Event> {
    @Override
    public Counts empty() {
      return Counts.NONE;
    }

    @Override
    public Counts evolve(Counts state, Instant at, Event event) {
      if (state.frozen().containsKey(event.what())) {
        return state;
      }
      return switch (event) {
        case Event.Counted e when e.by() == 13 -> throw new ImpossibleEvent("13 cannot be");
        case Event.Counted e ->
            new Counts(state.counts().plus(e.what(), state.of(e.what()) + e.by()), state.frozen());
        case Event.Reset e -> new Counts(state.counts().plus(e.what(), 0), state.frozen());
      };
    }

    @Override
    public Counts freeze(Counts state, Event event, String why) {
      return new Counts(state.counts(), state.frozen().plus(event.what(), why));
    }
  }

  /** A part for each count, behind one with their number and what is frozen. */
  private static final class States implements StateCodec<Counts> {
    private record Head(int counts, Map<String, String> frozen) {}

    private record Count(String what, int count) {}

    @Override
    public Stream<byte[]> write(Counts state) {
      return Stream.concat(
          Stream.of(Json.write(new Head(state.counts().size(), state.frozen()))),
          state.counts().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(e -> Json.write(new Count(e.getKey(), e.getValue()))));
    }

    @Override
    public Counts read(Iterator<byte[]> parts) {
      Head head = Json.read(parts.next(), Head.class);
      Counts all = Counts.NONE;
      for (int i = 0; i < head.counts(); i++) {
        Count count = Json.read(parts.next(), Count.class);
        all = new Counts(all.counts().plus(count.what(), count.count()), all.frozen());
      }
      return new Counts(all.counts(), all.frozen().plusAll(head.frozen()));
    }
  }

  static final class CountingRules implements Rules<Counts, Wish, Event> {
    boolean resets;
    @Nullable Due due;

    @Override
    public Decision<Event> decide(
        Counts state, Command<Wish> command, Instant at, Supplier<String> ids) {
      var count = (Wish.Count) command.body();
      if (count.by() > 100) {
        return Decision.reject(Code.INVALID, "too many");
      }
      if (count.by() == 99) {
        throw new IllegalStateException("a defect");
      }
      return Decision.accept(
          count.what(),
          List.of(
              resets
                  ? new Event.Reset(count.what())
                  : new Event.Counted(count.what(), count.by(), count.padding())));
    }

    @Override
    public @Nullable Due nextDue(Counts state) {
      return due != null && state.of(due.subject()) == 0 ? due : null;
    }

    @Override
    public Decision<Event> tick(Counts state, Due due, Instant at, Supplier<String> ids) {
      return Decision.accept(List.of(new Event.Counted(due.subject(), 1, "")));
    }
  }

  /** Tells every count on the topic of assignments. */
  static final class Telling implements Effects<Counts, Event> {
    @Override
    public List<Effect> of(int partition, Decided<Event> decision, Counts before, Counts after) {
      return decision.events().stream().map(e -> told(decision.n(), e.what())).toList();
    }

    @Override
    public List<Effect> outstanding(int partition, long n, Counts state) {
      return state.counts().keySet().stream().map(what -> told(n, what)).toList();
    }

    private static Effect told(long n, String what) {
      return new Effect(
          Topics.ASSIGNMENTS,
          what,
          "%s@%d".formatted(what, n).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
