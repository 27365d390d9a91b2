package dev.millrace.datamanager.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.RunId;
import dev.millrace.storage.entries.EntryKey;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Under which keys output is archived: {@code ROOT GROUP/RUN/TASK/ATTEMPT/INCARNATION/STEP/POSITION
 * OF THE FIRST BYTE}, numbers with as many digits as there may be. So all of a run, a task or a
 * step is together, and in order.
 */
public final class LogKeys {
  /** The type of the entries that are output. */
  public static final String TYPE = "log";

  static final String DELETED = "deleted-log";

  private static final Pattern READABLE = Pattern.compile("([^/]+/[^/]+)/(\\d{19})/([^/]+)/");
  private static final int LONGEST = EntryKey.LONGEST_ID;

  private LogKeys() {}

  /**
   * Whether it can be archived: numbers are positive and the key is not too long, as that of all
   * output of tasks that runs have.
   */
  static boolean isPossible(StepKey step) {
    return step.attempt().attempt() >= 0
        && step.step() >= 0
        && id(step, 0).getBytes(UTF_8).length <= LONGEST;
  }

  /** Of the piece that begins there. */
  static EntryKey piece(StepKey step, long position) {
    return new EntryKey(TYPE, id(step, position));
  }

  /** What the keys of all pieces of a run, or of one of its tasks, begin with. */
  static EntryKey allOf(RunId run, @Nullable String task) {
    return new EntryKey(TYPE, ofRun(run) + (task == null ? "" : escaped(task) + "/"));
  }

  /**
   * Under which it is archived that logs were deleted: those of a task, or those of a run, with
   * which the keys of its tasks begin.
   */
  static EntryKey note(RunId run, @Nullable String task) {
    return new EntryKey(DELETED, ofRun(run) + (task == null ? "" : escaped(task)));
  }

  private static String id(StepKey step, long position) {
    return "%s%s/%010d/%s/%06d/%019d"
        .formatted(
            ofRun(step.attempt().run()),
            escaped(step.attempt().task()),
            step.attempt().attempt(),
            escaped(step.incarnation()),
            step.step(),
            position);
  }

  /** What the ids of all that is of the run begin with. */
  static String ofRun(RunId run) {
    return "%s/%019d/".formatted(run.root(), run.number());
  }

  private static String escaped(String name) {
    return name.replace("%", "%25").replace("/", "%2F");
  }

  /** The position in the key of a piece. */
  static long position(EntryKey piece) {
    return Long.parseLong(piece.id().substring(piece.folder().length()));
  }

  /** The id of an entry as people write it: {@code project/x/7 build}. */
  public static String readable(String id) {
    Matcher parts = READABLE.matcher(id);
    return parts.lookingAt()
        ? "%s/%d %s"
            .formatted(
                parts.group(1),
                Long.parseLong(parts.group(2)),
                parts.group(3).replace("%2F", "/").replace("%25", "%"))
        : id;
  }
}
