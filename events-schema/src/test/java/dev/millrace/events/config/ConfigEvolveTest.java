package dev.millrace.events.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.ImpossibleEvent;
import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigEvent.ProjectCreated;
import dev.millrace.events.config.ConfigEvent.ProjectDeleted;
import dev.millrace.events.config.ConfigEvent.TokenCreated;
import dev.millrace.events.config.ConfigEvent.TokenDeleted;
import dev.millrace.events.config.ConfigEvent.UserCreated;
import dev.millrace.events.config.ConfigEvent.UserDeleted;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ConfigEvolveTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final UserId ANNA = new UserId("u1");
  private static final UserId BEN = new UserId("u2");
  private static final ProjectId DEMO = new ProjectId("d1");
  private static final ConfigEvent USER = new UserCreated(ANNA, "anna", true);
  private static final ConfigEvent TOKEN = new TokenCreated(ANNA, "laptop", "abc");
  private static final ConfigEvent PROJECT = new ProjectCreated(DEMO, ANNA, "demo", "hosted");

  static Stream<Arguments> impossible() {
    return Stream.of(
        impossible(USER, USER),
        impossible(new UserCreated(BEN, "anna", false), USER),
        impossible(new UserDeleted(ANNA)),
        impossible(new UserDeleted(ANNA), USER, PROJECT),
        impossible(TOKEN),
        impossible(TOKEN, USER, TOKEN),
        impossible(new TokenCreated(ANNA, "other", "abc"), USER, TOKEN),
        impossible(new TokenDeleted(ANNA, "laptop"), USER),
        impossible(PROJECT),
        impossible(PROJECT, USER, PROJECT),
        impossible(new ProjectCreated(new ProjectId("d2"), ANNA, "demo", "hosted"), USER, PROJECT),
        impossible(new ProjectDeleted(DEMO), USER));
  }

  private static Arguments impossible(ConfigEvent event, ConfigEvent... history) {
    return Arguments.of(event, List.of(history));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void whatCannotFollowIsImpossible(ConfigEvent event, List<ConfigEvent> history) {
    Configuration state = after(history.toArray(ConfigEvent[]::new));

    assertThatThrownBy(() -> ConfigEvolve.evolve(state, NOON, event))
        .isInstanceOf(ImpossibleEvent.class);
  }

  @Test
  void whatExistsIsFoundByItsNames() {
    Configuration state = after(USER, TOKEN, PROJECT);

    assertThat(state.userByName("anna")).isEqualTo(state.users().get(ANNA));
    assertThat(state.userByTokenHash("abc")).isEqualTo(state.users().get(ANNA));
    assertThat(state.projectByPath("user/anna/demo")).isEqualTo(state.projects().get(DEMO));
  }

  @Test
  void whatIsDeletedLeavesNothingBehind() {
    Configuration state =
        after(USER, TOKEN, PROJECT, new ProjectDeleted(DEMO), new UserDeleted(ANNA));

    assertThat(state).isEqualTo(Configuration.EMPTY);
  }

  @Test
  void aDeletedTokenSignsInNoMore() {
    assertThat(after(USER, TOKEN, new TokenDeleted(ANNA, "laptop")).userByTokenHash("abc"))
        .isNull();
  }

  @Test
  void aFrozenUserStaysAsItIs() {
    Configuration frozen = ConfigEvolve.freeze(after(USER, TOKEN), TOKEN, "why");

    assertThat(frozen.frozen()).containsEntry("user/u1", "why");
    assertThat(ConfigEvolve.evolve(frozen, NOON, new UserDeleted(ANNA))).isSameAs(frozen);
    assertThat(ConfigEvolve.evolve(frozen, NOON, PROJECT).projects()).containsKey(DEMO);
  }

  private static Configuration after(ConfigEvent... events) {
    Configuration state = Configuration.EMPTY;
    for (ConfigEvent event : events) {
      state = ConfigEvolve.evolve(state, NOON, event);
    }
    return state;
  }
}
