package dev.millrace.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.ProjectId;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.pipeline.Evaluated;
import dev.millrace.pipeline.PlannedRun;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PushTest {

  private static final String FILE = ".millrace/config.yml";

  private static Push push(String ref, String message) {
    return new Push(new ProjectId("p1"), ref, "c0ffee", message, "Ada", "ada");
  }

  @Test
  void aBranchIsAGroupWithItsNameEncoded() {
    var push = push("refs/heads/feature/a b+c", "m");
    assertThat(push.group()).isEqualTo("/project/p1/branch/feature%2Fa%20b%2Bc");
    assertThat(push.environment())
        .containsEntry("CI", "true")
        .containsEntry("MILLRACE_GIT_BRANCH", "feature/a b+c")
        .containsEntry("MILLRACE_GIT_COMMITSHA", "c0ffee")
        .doesNotContainKey("MILLRACE_GIT_TAG");
  }

  @Test
  void aTagIsAGroupOfItsOwn() {
    var push = push("refs/tags/v1", "m");
    assertThat(push.group()).isEqualTo("/project/p1/tag/v1");
    assertThat(push.annotations())
        .containsEntry("ref_type", "tag")
        .containsEntry("tag", "v1")
        .containsEntry("pusher", "ada")
        .doesNotContainKey("branch");
    assertThat(push.context().tag()).isEqualTo("v1");
  }

  @Test
  void aLongMessageIsShortened() {
    assertThat(push("refs/heads/x", "m".repeat(100_000)).annotations().get("message"))
        .hasSize(1000)
        .endsWith("…");
  }

  @Test
  void theMessageCanAskForNoRuns() {
    assertThat(push("refs/heads/x", "Docs\n\nmore [ci skip]").unwanted()).isTrue();
    assertThat(push("refs/heads/x", "skip ci").unwanted()).isFalse();
  }

  @Test
  void whatTheConfigurationAsksForGetsWhatThePushKnows() {
    var planned = new Evaluated.Planned(List.of(new PlannedRun("build", List.of())));
    var push = push("refs/heads/x", "m");
    Plan plan = Plan.of(push, FILE, planned);
    assertThat(plan.reason()).isEmpty();
    assertThat(plan.runs())
        .containsExactly(
            new PlannedRun("build", List.of())
                .toSpec(push.group(), push.annotations(), push.environment()));
  }

  @Test
  void aConfigurationThatIsWrongIsOneRunNamedAfterItsFile() {
    var errors = List.of(new SetupError("config.yml:1:2", "no runs"));
    Plan plan = Plan.of(push("refs/heads/x", "m"), FILE, new Evaluated.Refused(errors));
    assertThat(plan.runs())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.name()).isEqualTo("config.yml");
              assertThat(run.setupErrors()).isEqualTo(errors);
            });
  }

  @Test
  void noRunForTheRefIsSaid() {
    assertThat(Plan.of(push("refs/heads/x", "m"), FILE, new Evaluated.Planned(List.of())))
        .isEqualTo(Plan.none("no run of .millrace/config.yml is for refs/heads/x"));
  }

  @Test
  void aRefusedPlanBecomesARunThatSaysWhyAndThenAReason() {
    var planned = new Evaluated.Planned(List.of(new PlannedRun("build", List.of())));
    Plan once = Plan.of(push("refs/heads/x", "m"), FILE, planned).refused("too many");
    assertThat(once.runs().getFirst().setupErrors())
        .containsExactly(new SetupError("", "too many"));
    assertThat(once.refused("again")).isEqualTo(Plan.none("refused: again"));
  }
}
