package dev.millrace.gateway;

import dev.millrace.events.CommandId;
import dev.millrace.events.Delivery;
import dev.millrace.events.RootGroup;
import dev.millrace.gateway.core.Plan;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The deliveries of one project that are not through, in their order. */
final class TriggerLane {

  private final RootGroup root;
  private final ArrayDeque<Work> works = new ArrayDeque<>();
  private boolean begun;

  TriggerLane(RootGroup root) {
    this.root = root;
  }

  RootGroup root() {
    return root;
  }

  void add(Work work) {
    works.add(work);
  }

  boolean isEmpty() {
    return works.isEmpty();
  }

  /** Removes what the mark has reached; tells how many those were. */
  int settle(long mark) {
    int settled = 0;
    while (!works.isEmpty() && works.element().offset() <= mark) {
      works.remove();
      begun = false;
      settled++;
    }
    return settled;
  }

  /** The first, if nobody has begun with it. */
  @Nullable Work begin() {
    if (begun || works.isEmpty()) {
      return null;
    }
    begun = true;
    return works.element();
  }

  /** The one that is worked on. */
  @Nullable Work current() {
    return begun ? works.element() : null;
  }

  /** One delivery on its way to its runs. */
  static final class Work {

    static final String PREFIX = "delivery-";

    private final RootGroup root;
    private final long offset;
    private final Delivery delivery;
    private final boolean news;
    @Nullable Plan plan;
    int failures;
    int refusals;

    /** How often it was published since an answer came, up to a bound. */
    int unanswered;

    /** Counts the times at which it was to be published again. */
    int turn;

    /**
     * A delivery.
     *
     * @param news it changes something; false for one that was recorded twice
     */
    Work(RootGroup root, long offset, Delivery delivery, boolean news) {
      this.root = root;
      this.offset = offset;
      this.delivery = delivery;
      this.news = news;
    }

    RootGroup root() {
      return root;
    }

    long offset() {
      return offset;
    }

    Delivery delivery() {
      return delivery;
    }

    boolean news() {
      return news;
    }

    /** The same whenever and wherever this delivery is asked for in this way. */
    CommandId commandId() {
      String text = root + "\n" + offset + (refusals == 0 ? "" : "\n" + refusals);
      return new CommandId(PREFIX + SignIn.hash(text).substring(0, 40));
    }

    @Override
    public String toString() {
      return "delivery %d of %s".formatted(offset, root);
    }
  }
}
