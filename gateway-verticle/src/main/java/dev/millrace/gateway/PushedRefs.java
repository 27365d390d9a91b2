package dev.millrace.gateway;

import dev.millrace.bus.Bus;
import dev.millrace.bus.Extent;
import dev.millrace.bus.TopicPartition;
import dev.millrace.events.Delivery;
import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.Topics;
import dev.millrace.events.UserId;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.forges.HostedRepositories.NoSuchRepositoryException;
import dev.millrace.forges.RefUpdate;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that every change of a ref becomes a delivery, once. A push is recorded before git is
 * answered. Where that failed, or the process ended between the change and the record, comparing
 * the refs with the deliveries finds it.
 */
final class PushedRefs {

  private static final Logger log = LoggerFactory.getLogger(PushedRefs.class);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HostedRepositories repositories;
  private final Bus bus;
  private final DeliveryLog deliveries;
  private final SeenDeliveries seen;
  private final InstantSource clock;
  private final Consumer<ProjectId> compareLater;
  private final Set<ProjectId> doubtful = ConcurrentHashMap.newKeySet();

  /**
   * Records there.
   *
   * @param compareLater is told of doubtful projects, to {@link #compare} them
   */
  PushedRefs(
      HostedRepositories repositories,
      Bus bus,
      DeliveryLog deliveries,
      SeenDeliveries seen,
      InstantSource clock,
      Consumer<ProjectId> compareLater) {
    this.repositories = repositories;
    this.bus = bus;
    this.deliveries = deliveries;
    this.seen = seen;
    this.clock = clock;
    this.compareLater = compareLater;
  }

  /** From now on it is not known whether all changes of the project are recorded. */
  void doubt(ProjectId project) {
    doubtful.add(project);
    compareLater.accept(project);
  }

  /**
   * Returns once all changes of the project are recorded that were made before the call, other than
   * by pushes that are not answered yet. Else somebody might push on top of one that is not, which
   * would then never be delivered.
   *
   * @throws ProblemException 503 if they cannot be recorded at present
   */
  void settle(ProjectId project) {
    if (!doubtful.contains(project)) {
      return;
    }
    try {
      compare(project);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw notRecorded();
    } catch (Exception e) {
      log.warn("{}: cannot record the last changes of refs now: {}", project, e.toString());
      throw notRecorded();
    }
  }

  private static ProblemException notRecorded() {
    return new ProblemException(
        Problem.of(503, "try-later", "the last push could not be recorded yet: try again later"));
  }

  /** Returns once all changes are recorded, in their order. Called while updates are held. */
  void record(ProjectId project, List<RefUpdate> changes, @Nullable UserId pusher)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<CompletionStage<?>> appended = new ArrayList<>();
    try {
      for (RefUpdate change : changes) {
        appended.add(
            deliveries.append(
                new Delivery(
                    project,
                    change.ref(),
                    change.before(),
                    change.after(),
                    pusher,
                    clock.instant())));
      }
      for (var each : appended) {
        await(each);
      }
    } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
      doubt(project);
      throw e;
    }
  }

  /** Records what has changed in the repository of the project and was never delivered. */
  void compare(ProjectId project) throws Exception {
    repositories.holdingUpdates(
        project.value(),
        () -> {
          // Whoever changes refs holds the updates until they are recorded: so nothing is on its
          // way, and what is on the topic now is all there is.
          RootGroup root = RootGroup.of(project);
          TopicPartition partition =
              DeliveryLog.partition(root, bus.partitions(Topics.INCOMING_DELIVERIES.name()));
          Extent extent = await(bus.extent(partition));
          if (!seen.await(partition.partition(), extent.end(), PATIENCE)) {
            throw new TimeoutException("deliveries are not read to " + extent.end());
          }
          List<RefUpdate> missed = missed(project, seen.of(root));
          if (!missed.isEmpty()) {
            log.info("{}: {} changes of refs were not recorded yet", project, missed.size());
            record(project, missed, null);
          }
          doubtful.remove(project); // while updates are held: none has failed since
          return true;
        });
  }

  private List<RefUpdate> missed(ProjectId project, Map<String, String> delivered)
      throws java.io.IOException {
    Map<String, String> refs;
    try {
      refs = repositories.refs(project.value());
    } catch (NoSuchRepositoryException _) {
      return List.of(); // nothing was ever pushed
    }
    var names = new TreeSet<>(refs.keySet());
    names.addAll(delivered.keySet());
    List<RefUpdate> missed = new ArrayList<>();
    for (String ref : names) {
      if (!Objects.equals(refs.get(ref), delivered.get(ref))) {
        missed.add(new RefUpdate(ref, delivered.get(ref), refs.get(ref)));
      }
    }
    return missed;
  }

  private static <T> T await(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
