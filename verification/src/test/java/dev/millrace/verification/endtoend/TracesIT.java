package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.RootGroup;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.RunTrace;
import dev.millrace.verification.endtoend.TraceReceiver.Received;
import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.LocalCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The traces of a local cluster, seen by who takes them. */
@ExtendWith(SharedCluster.class)
final class TracesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LocalCluster cluster;
  private final TraceReceiver receiver;

  TracesIT(LocalCluster cluster, TraceReceiver receiver) {
    this.cluster = cluster;
    this.receiver = receiver;
  }

  @Test
  void aPushIsOneTraceToItsLastStepThroughFourProcesses() throws Exception {
    Api api = cluster.api(1);
    api.createProject("traced");
    try (var installation = Spoken.installation()) {
      var pushed =
          GitRepository.of(
                  installation,
                  "traced",
                  cluster.gateway(1),
                  cluster.secret("administrator-token"),
                  "user/admin/traced")
              .write(
                  ".millrace/config.yml",
                  """
                  runs:
                    - name: build
                      tasks:
                        - name: compile
                          steps:
                            - clone
                            - run: make
                        - name: check
                          depends: [compile]
                          environment: {MILLRACE_DUMMY_EXIT: "7"}
                          steps:
                            - run: make check
                  """);
      pushed.commit("first");
      pushed.push("main").expectSuccess();
    }
    JsonNode run = api.awaitEnd("traced", 1);
    assertThat(run.get("result").asString()).isEqualTo("failed");

    RunId id = new RunId(root(run), 1);
    RunTrace trace = RunTrace.of(id);
    List<Received> spans =
        receiver.await(trace.id(), all -> isWhole(all) && steps(all) == 3, PATIENCE);
    assertThat(roles(spans)).contains("gateway", "runservice", "scheduler", "executor");
    assertThat(spans).filteredOn(span -> span.parent().isEmpty()).hasSize(1);
    Received push = named(spans, "push");
    assertThat(push.id()).isEqualTo(trace.cause());
    assertThat(push.attributes()).containsEntry("vcs.ref.head.name", "main");
    Received whole = named(spans, "RUN build");
    assertThat(whole.parent()).isEqualTo(push.id());
    assertThat(whole.failed()).isTrue();
    assertThat(whole.attributes())
        .containsEntry("cicd.pipeline.result", "failure")
        .containsEntry("millrace.run", id.toString());
    assertStep(named(spans, "task compile"), named(spans, "step clone"), id, "compile", "0");
    assertStep(named(spans, "task compile"), named(spans, "step 2"), id, "compile", "0");
    assertStep(named(spans, "task check"), named(spans, "step 1"), id, "check", "7");
    assertThat(spans)
        .extracting(Received::name)
        .contains("decide create-runs", "ask start-run", "decide start-run", "ask assign-task")
        .contains("decide assign-task", "decide claim-task", "claim", "prepare")
        .contains("decide report-task");
    assertThat(spans.toString())
        .doesNotContain("make check", cluster.secret("administrator-token"));
  }

  private static void assertStep(
      Received task, Received step, RunId run, String name, String exit) {
    assertThat(task.id()).isEqualTo(RunTrace.attempt(new AttemptRef(run, name, 1)));
    assertThat(task.failed()).isEqualTo(!exit.equals("0"));
    assertThat(step.parent()).isEqualTo(task.id());
    assertThat(step.failed()).isEqualTo(!exit.equals("0"));
    assertThat(step.attributes()).containsEntry("process.exit.code", exit);
  }

  @Test
  void aRunIsAsItIsWhileNobodyTakesItsTraceAndTheNextOneIsTakenAgain() throws Exception {
    Api api = cluster.api(1);
    api.createProject("untraced");
    receiver.die();
    try {
      assertThat(finished(api, 1)).isEqualTo("success");
    } finally {
      receiver.revive();
    }
    assertThat(finished(api, 2)).isEqualTo("success");
    RunId second = new RunId(root(api.run("untraced", 2)), 2);
    var _ = receiver.await(RunTrace.of(second).id(), TracesIT::isWhole, PATIENCE);
  }

  private static String finished(Api api, long number) throws Exception {
    String spec =
        """
        {"name": "run", "tasks": [{"name": "t", "steps": [
          {"type": "run", "name": "do", "command": "true"}]}]}
        """;
    long made =
        api.createRun("untraced", spec.getBytes(StandardCharsets.UTF_8)).get(60, TimeUnit.SECONDS);
    assertThat(made).isEqualTo(number);
    return api.awaitEnd("untraced", number).get("result").asString();
  }

  private static boolean isWhole(List<Received> spans) {
    var ids = spans.stream().map(Received::id).collect(Collectors.toSet());
    return spans.stream().anyMatch(span -> span.name().startsWith("RUN "))
        && spans.stream().anyMatch(span -> span.name().startsWith("step "))
        && spans.stream().allMatch(span -> span.parent().isEmpty() || ids.contains(span.parent()));
  }

  // Each executor sends its own, some time after the run has ended.
  private static long steps(List<Received> spans) {
    return spans.stream().filter(span -> span.name().startsWith("step ")).count();
  }

  private static List<String> roles(List<Received> spans) {
    return spans.stream()
        .map(span -> span.instance().substring(0, span.instance().indexOf('-')))
        .distinct()
        .toList();
  }

  private static Received named(List<Received> spans, String name) {
    var found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  /** {@code /project/ID/…}. */
  private static RootGroup root(JsonNode run) {
    String[] group = run.get("group").asString().split("/", -1);
    return RootGroup.parse(group[1] + "/" + group[2]);
  }
}
