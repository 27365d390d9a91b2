package dev.millrace.verification.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.ProjectId;
import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.executor.core.StepCommand;
import dev.millrace.executor.core.StepExit;
import dev.millrace.executor.drivers.Driver;
import dev.millrace.executor.drivers.DriverException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The driver of one life of an agent: processes are the machine's, what becomes of them is heard
 * when the agent is awake. Steps obey the same environment as those of the dummy driver.
 */
final class SimulatedDriver implements Driver {
  private final Machine machine;
  private final String life;
  private final SimulatedBroker broker;
  private final List<Place> places = new ArrayList<>();
  private final List<Runnable> prepared = new ArrayList<>();

  SimulatedDriver(Machine machine, String life, SimulatedBroker broker) {
    this.machine = machine;
    this.life = life;
    this.broker = broker;
  }

  /** What a step puts out. */
  static byte[] output(AttemptRef attempt, int step, int length) {
    byte[] line = "%s#%d\n".formatted(attempt, step).getBytes(UTF_8);
    byte[] all = new byte[length];
    for (int i = 0; i < length; i++) {
      all[i] = line[i % line.length];
    }
    return all;
  }

  /** Hears of all that has happened. */
  void deliver() {
    List<Runnable> ready = List.copyOf(prepared);
    prepared.clear();
    ready.forEach(Runnable::run);
    List.copyOf(places).forEach(Place::deliver);
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public void start() {
    machine.clear();
  }

  @Override
  public CompletionStage<Workspace> prepare() {
    var stage = new CompletableFuture<Workspace>();
    prepared.add(
        () -> {
          if (broker.chaos.strikes(Fault.NO_WORKSPACE)) {
            stage.completeExceptionally(new DriverException("the disk is full", null));
          } else {
            var place = new Place();
            places.add(place);
            stage.complete(place);
          }
        });
    return stage;
  }

  @Override
  public void holdUntil(Duration deadline) {
    machine.holdUntil(deadline);
  }

  @Override
  public void close() {
    machine.clear();
  }

  private final class Place implements Workspace {
    private final List<CompletableFuture<Void>> gone = new ArrayList<>();
    private Machine.@Nullable StepProcess process;
    private @Nullable CompletableFuture<StepExit> exit;
    private Output output = _ -> CompletableFuture.completedStage(null);
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);
    private int told;
    private boolean stopped;

    @Override
    public CompletionStage<StepExit> run(StepCommand command, Output to) {
      if (stopped) {
        return CompletableFuture.completedStage(new StepExit.Stopped());
      }
      Map<String, String> says = command.environment();
      var run =
          new RunId(
              RootGroup.of(new ProjectId(text(says, "MILLRACE_PROJECT_ID"))),
              Long.parseLong(text(says, "MILLRACE_RUN_NUMBER")));
      var attempt =
          new AttemptRef(run, text(says, "MILLRACE_TASK"), number(says, "MILLRACE_ATTEMPT"));
      int step = number(says, "STEP");
      process =
          machine.tryBegin(
              life,
              attempt,
              step,
              Duration.ofMillis(number(says, "MILLRACE_DUMMY_SLEEP")),
              number(says, "MILLRACE_DUMMY_EXIT"),
              output(attempt, step, number(says, "MILLRACE_DUMMY_OUTPUT")));
      output = to;
      told = 0;
      exit = new CompletableFuture<>();
      return exit;
    }

    void deliver() {
      Machine.StepProcess now = process;
      CompletableFuture<StepExit> ended = exit;
      if (now != null && ended != null && taken.isDone()) {
        if (told < now.produced()) {
          byte[] piece = Arrays.copyOfRange(now.output(), told, now.produced());
          told = now.produced();
          taken = output.take(piece).toCompletableFuture();
        } else if (now.over()) {
          process = null;
          exit = null;
          ended.complete(stopped ? new StepExit.Stopped() : new StepExit.Exited(now.code()));
        }
      }
      if (!gone.isEmpty() && (process == null || process.over())) {
        List<CompletableFuture<Void>> all = List.copyOf(gone);
        gone.clear();
        all.forEach(each -> each.complete(null));
      }
    }

    @Override
    public CompletionStage<Void> stop(Duration grace) {
      stopped = true;
      if (process != null) {
        long limit = Math.max(Duration.ofMillis(200).toNanos(), grace.toNanos());
        process.killAt(
            broker.time.nanos()
                + Math.min(limit, Duration.ofMillis(broker.chaos.upTo(600)).toNanos()));
      }
      var stage = new CompletableFuture<Void>();
      gone.add(stage);
      return stage;
    }

    @Override
    public CompletionStage<Void> destroy() {
      return stop(Duration.ZERO).thenRun(() -> places.remove(this));
    }
  }

  private static String text(Map<String, String> environment, String name) {
    String text = environment.get(name);
    if (text == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return text;
  }

  private static int number(Map<String, String> environment, String name) {
    return Integer.parseInt(environment.getOrDefault(name, "0"));
  }
}
