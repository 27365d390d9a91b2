package dev.millrace.events.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.Json;
import dev.millrace.events.UserId;
import java.util.ArrayList;
import java.util.List;

/** Who approved a task: a JSON list of user ids in one of its annotations. */
public final class Approvers {
  /** The annotation; only the run authority's own commands write it. */
  public static final String KEY = "approvers";

  /** How many approvers a task needs that needs approval. */
  public static final int NEEDED = 1;

  private Approvers() {}

  /** In the order in which they approved. */
  public static List<UserId> of(Run.Task task) {
    String list = task.annotations().get(KEY);
    return list == null ? List.of() : List.of(Json.read(list.getBytes(UTF_8), UserId[].class));
  }

  /** Whether there are enough of them. */
  public static boolean enough(Run.Task task) {
    return of(task).size() >= NEEDED;
  }

  /** The annotation with one more. */
  public static String with(Run.Task task, UserId approver) {
    List<UserId> all = new ArrayList<>(of(task));
    all.add(approver);
    return new String(Json.write(all), UTF_8);
  }
}
