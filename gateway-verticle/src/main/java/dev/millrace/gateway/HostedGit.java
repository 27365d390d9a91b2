package dev.millrace.gateway;

import dev.millrace.bus.Bus;
import dev.millrace.bus.ledger.CommandPublisher;
import dev.millrace.bus.ledger.LedgerFollower;
import dev.millrace.bus.ledger.Ledgers;
import dev.millrace.bus.ledger.StepLoop;
import dev.millrace.events.ProjectId;
import dev.millrace.events.Topics;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.run.RunCommand;
import dev.millrace.forges.GitSmartHttp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hosted repositories, and what makes runs of pushes to them. */
final class HostedGit implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HostedGit.class);

  private final Git.Here git;
  private final GitSmartHttp.Limits limits;
  private final ConfigView config;
  private final TriggerConsumer trigger;
  private final PushedRefs pushes;
  private final RefComparisons comparisons;
  private final StepLoop triggerLoop;
  private final StepLoop comparisonLoop;
  private final List<AutoCloseable> open = new ArrayList<>();

  HostedGit(
      Git.Here git,
      Gateway.Settings settings,
      Gateway.Ports ports,
      LedgerFollower<Configuration, ConfigEvent> ledger,
      ConfigView config,
      RunsView runs) {
    this.git = git;
    this.limits = settings.gitLimits();
    this.config = config;
    Bus bus = ports.bus();
    ledger.subscribe(new ProjectRepositories(git.repositories(), threads()));
    var seen = new SeenDeliveries(bus.partitions(Topics.INCOMING_DELIVERIES.name()));
    String name = settings.name() + "-deliveries";
    var commands = keep(new CommandPublisher<RunCommand>(bus, Ledgers.RUNS, settings.name()));
    this.trigger =
        keep(
            new TriggerConsumer(
                new TriggerConsumer.Ports(
                    bus,
                    runs.ledger(),
                    commands,
                    git.deliveries(),
                    new RepositoryPlanner(config::now, git.repositories(), git.pipeline()),
                    planning(settings.plansAtOnce()),
                    ports.timing(),
                    ports.traces()),
                seen,
                name));
    this.pushes =
        new PushedRefs(
            git.repositories(),
            bus,
            keep(new DeliveryLog(bus, name)),
            seen,
            ports.timing().wall(),
            this::compare);
    this.comparisons = new RefComparisons(pushes::compare);
    this.triggerLoop = new StepLoop("trigger", trigger::step, ports.faults());
    this.comparisonLoop = new StepLoop("compare-refs", comparisons::step, ports.faults());
  }

  private void compare(ProjectId project) {
    comparisons.want(project);
  }

  private ExecutorService threads() {
    return stopping(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("gateway-", 0).factory()));
  }

  private ExecutorService planning(int atOnce) {
    return stopping(
        Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().name("plan-", 0).factory()));
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  /** Its threads are interrupted in the end, not waited for. */
  private ExecutorService stopping(ExecutorService threads) {
    open.add(threads::shutdownNow);
    return threads;
  }

  /** What git asks for. */
  GitSmartHttp http(GitSmartHttp.Access access) {
    return new GitSmartHttp(git.repositories(), access, limits);
  }

  GitAccess access(RunsView runs, Throttle throttle, byte[] tokenKey) {
    return new GitAccess(config, runs, git.repositories(), pushes, throttle, tokenKey);
  }

  /** As it bounds the refs of one project that wait. */
  PushBacklog backlog(int most) {
    return new PushBacklog(trigger, most);
  }

  /** How many pushes have not come to their runs yet. */
  int waiting() {
    return trigger.waiting();
  }

  /** To be called once the ledgers are read. */
  void start() {
    triggerLoop.start();
    config.now().projects().keySet().forEach(pushes::doubt);
    comparisonLoop.start();
  }

  @Override
  public void close() {
    comparisonLoop.close();
    triggerLoop.close();
    for (AutoCloseable part : open.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        log.warn("cannot close {}", part, e);
      }
    }
  }
}
