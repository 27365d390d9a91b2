package dev.millrace.gateway;

import dev.millrace.events.ProjectId;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares refs with deliveries, project after project, until each comparison has succeeded. */
final class RefComparisons {

  private static final Logger log = LoggerFactory.getLogger(RefComparisons.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final LinkedBlockingQueue<ProjectId> wanted = new LinkedBlockingQueue<>();
  private final Comparison comparison;

  /** Compares one project. */
  @FunctionalInterface
  interface Comparison {
    void compare(ProjectId project) throws Exception;
  }

  RefComparisons(Comparison comparison) {
    this.comparison = comparison;
  }

  /** Has the project compared soon. Any thread. */
  void want(ProjectId project) {
    if (!wanted.contains(project)) {
      wanted.add(project);
    }
  }

  /** Compares the next one, for which it waits at most so long. */
  void step(Duration wait) {
    try {
      ProjectId project = wanted.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (project != null) {
        compare(project);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void compare(ProjectId project) throws InterruptedException {
    try {
      comparison.compare(project);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      log.warn("cannot compare the refs of {} now, will try again: {}", project, e.toString());
      want(project);
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }
}
