package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People who go on working while the server dies and comes back: one creates runs and asks again
 * with the same key until answered, one pushes commits and notes those that git called accepted.
 */
@SuppressWarnings("try") // a test that is interrupted while it waits here ends all the same
final class Workload implements AutoCloseable {
  private final Installation installation;
  private final Effects effects;
  private final String project;
  private final long everyMillis;
  private final GitRepository repository;
  private final AtomicBoolean going = new AtomicBoolean(true);
  private final AtomicInteger created = new AtomicInteger();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Begins at once. The installation's server is up, and the project exists.
   *
   * @param everyMillis how long each of them pauses; what cannot be done meanwhile piles up
   */
  Workload(Installation installation, Effects effects, String project, long everyMillis)
      throws Exception {
    this.everyMillis = everyMillis;
    this.installation = installation;
    this.effects = effects;
    this.project = project;
    this.repository =
        GitRepository.of(installation, project, "user/admin/" + project)
            .write(".millrace/config.json", config(effects));
    threads.add(Thread.ofPlatform().name("creates").start(this::create));
    threads.add(Thread.ofPlatform().name("pushes").start(this::push));
  }

  private static String config(Effects effects) {
    return """
    {"runs": [{"name": "pushed", "tasks": [
      {"name": "first", "steps": [{"run": %1$s}]},
      {"name": "second", "depends": ["first"], "steps": [{"run": %1$s}]}]}]}
    """
        .formatted(Api.quote(effects.command()));
  }

  private void create() {
    try {
      Api api = new Api(installation.uri(), installation.token());
      while (going.get()) {
        int i = created.incrementAndGet();
        String spec =
            """
            {"name": "made-%d", "tasks": [
              {"name": "first", "steps": [{"type": "run", "name": "do", "command": %2$s}]},
              {"name": "second", "depends": [{"task": "first", "conditions": ["on_success"]}],
               "steps": [{"type": "run", "name": "do", "command": %2$s}]}]}
            """
                .formatted(i % 3, Api.quote(effects.command()));
        var number = api.createRunInsistently(project, spec, project + "-" + i, going::get);
        number.ifPresent(acknowledged::add);
        TimeUnit.MILLISECONDS.sleep(everyMillis); // people at work, not a benchmark
      }
    } catch (Throwable e) {
      failures.add(e);
    }
  }

  private void push() {
    try {
      for (int i = 0; going.get(); i++) {
        TimeUnit.MILLISECONDS.sleep(everyMillis);
        String commit = repository.commit("change " + i);
        // A push that was cut off may or may not have been taken: the person pushes again.
        while (going.get()) {
          if (repository.push("main").exit() == 0) {
            accepted.add(commit);
            break;
          }
          installation.awaitAlive(going::get);
        }
      }
    } catch (Throwable e) {
      failures.add(e);
    }
  }

  /** Waits until more runs than that were acknowledged: how fast that goes is the machine's. */
  void awaitMoreThan(int runs) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (acknowledged.size() <= runs && failures.isEmpty()) {
      assertThat(System.nanoTime()).as("still %d runs", acknowledged.size()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Numbers of the runs whose creation was acknowledged. */
  Set<Long> acknowledged() {
    return acknowledged;
  }

  /** Commits whose push git called accepted. */
  Set<String> accepted() {
    return accepted;
  }

  /** Ends the work and waits until nobody is at it. */
  @Override
  public void close() throws InterruptedException {
    going.set(false);
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("the workload itself failed", failures.peek());
    }
  }
}
