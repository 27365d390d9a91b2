package dev.millrace.configstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Decision;
import dev.millrace.events.ExecutorId;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigCommand.CreateProject;
import dev.millrace.events.config.ConfigCommand.CreateToken;
import dev.millrace.events.config.ConfigCommand.CreateUser;
import dev.millrace.events.config.ConfigCommand.DeleteProject;
import dev.millrace.events.config.ConfigCommand.DeleteToken;
import dev.millrace.events.config.ConfigCommand.DeleteUser;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.ConfigEvent.ProjectCreated;
import dev.millrace.events.config.ConfigEvent.ProjectDeleted;
import dev.millrace.events.config.ConfigEvent.TokenCreated;
import dev.millrace.events.config.ConfigEvent.TokenDeleted;
import dev.millrace.events.config.ConfigEvent.UserCreated;
import dev.millrace.events.config.ConfigEvent.UserDeleted;
import dev.millrace.events.config.ConfigEvolve;
import dev.millrace.events.config.Configuration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigRulesTest {
  private static final UserId ADMIN = new UserId("u1");
  private static final UserId ANNA = new UserId("u2");
  private static final UserId NOBODY = new UserId("u9");
  private static final ProjectId DEMO = new ProjectId("p1");
  private static final String HASH = "a".repeat(64);
  private final ConfigRules rules = new ConfigRules();
  private Configuration state = Configuration.EMPTY;
  private int made;

  private void given(ConfigEvent... events) {
    for (ConfigEvent event : events) {
      state = ConfigEvolve.evolve(state, Instant.EPOCH, event);
    }
  }

  private void twoUsers() {
    given(new UserCreated(ADMIN, "admin", true), new UserCreated(ANNA, "anna", false));
  }

  private Decision<ConfigEvent> when(Actor actor, ConfigCommand body) {
    var command = new Command<>(new CommandId("c"), Instant.EPOCH, actor, true, null, body);
    var decision = rules.decide(state, command, Instant.EPOCH, () -> "id" + ++made);
    decision.events().forEach(this::given);
    return decision;
  }

  private void refused(Actor actor, ConfigCommand body, Code code, String message) {
    assertThat(when(actor, body).outcome()).isEqualTo(new Rejected(code, message));
  }

  private static Actor system() {
    return Actor.system("test");
  }

  @Test
  void anAdministratorCreatesUsersWithANewId() {
    twoUsers();

    assertThat(when(Actor.user(ADMIN), new CreateUser("bob", false)))
        .isEqualTo(
            Decision.accept("id1", List.of(new UserCreated(new UserId("id1"), "bob", false))));
  }

  @Test
  void onlyAnAdministratorCreatesAndDeletesUsers() {
    twoUsers();

    refused(
        Actor.user(ANNA),
        new CreateUser("bob", false),
        Code.FORBIDDEN,
        "only an administrator may create users");
    refused(
        Actor.user(ANNA),
        new DeleteUser(ADMIN),
        Code.FORBIDDEN,
        "only an administrator may delete users");
  }

  @Test
  void whoIsNoUserMayDoNothing() {
    twoUsers();

    for (Actor actor : List.of(Actor.user(NOBODY), Actor.executor(new ExecutorId("ex")))) {
      refused(
          actor,
          new CreateToken(ANNA, "laptop", HASH),
          Code.FORBIDDEN,
          "only a user of this server may change its settings");
    }
  }

  @Test
  void aNameIsTakenOnce() {
    twoUsers();

    refused(
        system(),
        new CreateUser("anna", false),
        Code.ALREADY_EXISTS,
        "there is a user anna already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A1", "a-b", "a-b-c9", "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"})
  void namesAreLettersDigitsAndSingleDashesInside(String name) {
    assertThat(when(system(), new CreateUser(name, false)).events()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1a",
        "-a",
        "a-",
        "a--b",
        "a_b",
        "a b",
        "a/b",
        "..",
        "ä",
        "a\n",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmno"
      })
  void otherNamesAreRefused(String name) {
    var outcome = when(system(), new CreateUser(name, false)).outcome();

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.code()).isEqualTo(Code.INVALID);
              assertThat(rejected.message()).startsWith("a user cannot be called \"" + name + '"');
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "f81d4fae7dec11d0a76500a0c91e6bf6"
      })
  void whatLooksLikeAUuidIsNoName(String name) {
    refused(
        system(),
        new CreateUser(name, false),
        Code.INVALID,
        "a user cannot be called \"%s\": a name must not look like a UUID".formatted(name));
  }

  @Test
  void aLongNameIsNotRepeatedInFull() {
    var outcome = (Rejected) when(system(), new CreateUser("x".repeat(100_000), false)).outcome();

    assertThat(outcome.message()).hasSizeLessThan(250);
  }

  @Test
  void theLastAdministratorStays() {
    twoUsers();

    refused(
        system(),
        new DeleteUser(ADMIN),
        Code.WRONG_STATE,
        "admin is the last administrator and cannot be deleted");
    given(new UserCreated(NOBODY, "second", true));
    assertThat(when(system(), new DeleteUser(ADMIN)).events())
        .containsExactly(new UserDeleted(ADMIN));
  }

  @Test
  void aUserWithProjectsStays() {
    twoUsers();
    given(new ProjectCreated(DEMO, ANNA, "demo", "hosted"));

    refused(
        Actor.user(ADMIN),
        new DeleteUser(ANNA),
        Code.WRONG_STATE,
        "user anna owns the project user/anna/demo and cannot be deleted");
    given(new ProjectDeleted(DEMO));
    assertThat(when(Actor.user(ADMIN), new DeleteUser(ANNA)).events())
        .containsExactly(new UserDeleted(ANNA));
  }

  @Test
  void whatDoesNotExistIsNotFound() {
    twoUsers();
    Actor admin = Actor.user(ADMIN);

    refused(admin, new DeleteUser(NOBODY), Code.NOT_FOUND, "there is no user u9");
    refused(admin, new CreateToken(NOBODY, "t", HASH), Code.NOT_FOUND, "there is no user u9");
    refused(admin, new DeleteToken(NOBODY, "t"), Code.NOT_FOUND, "there is no user u9");
    refused(admin, new DeleteToken(ANNA, "t"), Code.NOT_FOUND, "user anna has no token \"t\"");
    refused(
        admin, new CreateProject(NOBODY, "demo", "hosted"), Code.NOT_FOUND, "there is no user u9");
    refused(admin, new DeleteProject(DEMO), Code.NOT_FOUND, "there is no project p1");
  }

  @Test
  void usersMakeAndDeleteTokensOfTheirOwn() {
    twoUsers();
    Actor anna = Actor.user(ANNA);

    assertThat(when(anna, new CreateToken(ANNA, "laptop", HASH)).events())
        .containsExactly(new TokenCreated(ANNA, "laptop", HASH));
    assertThat(when(anna, new DeleteToken(ANNA, "laptop")).events())
        .containsExactly(new TokenDeleted(ANNA, "laptop"));
    refused(
        anna,
        new CreateToken(ADMIN, "laptop", HASH),
        Code.FORBIDDEN,
        "only an administrator may create tokens of other users");
    refused(
        anna,
        new DeleteToken(ADMIN, "laptop"),
        Code.FORBIDDEN,
        "only an administrator may delete tokens of other users");
  }

  @Test
  void aTokenNameIsTakenOncePerUser() {
    twoUsers();
    given(new TokenCreated(ANNA, "laptop", HASH));

    refused(
        system(),
        new CreateToken(ANNA, "laptop", "b".repeat(64)),
        Code.ALREADY_EXISTS,
        "user anna has a token laptop already");
    assertThat(when(system(), new CreateToken(ADMIN, "laptop", "b".repeat(64))).events())
        .hasSize(1);
  }

  @Test
  void aHashBelongsToOneToken() {
    twoUsers();
    given(new TokenCreated(ANNA, "laptop", HASH));

    refused(
        system(),
        new CreateToken(ADMIN, "other", HASH),
        Code.ALREADY_EXISTS,
        "there is a token of this hash already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mrt_clear", "AAAA"})
  void whatIsNoHashIsNotPublished(String hash) {
    twoUsers();

    refused(
        system(),
        new CreateToken(ANNA, "laptop", hash),
        Code.INVALID,
        "the hash of a token is its SHA-256, 64 hexadecimal digits in lower case");
  }

  @Test
  void usersMakeProjectsOfTheirOwn() {
    twoUsers();

    assertThat(when(Actor.user(ANNA), new CreateProject(ANNA, "demo", "hosted")))
        .isEqualTo(
            Decision.accept(
                "id1", List.of(new ProjectCreated(new ProjectId("id1"), ANNA, "demo", "hosted"))));
    refused(
        Actor.user(ANNA),
        new CreateProject(ADMIN, "demo", "hosted"),
        Code.FORBIDDEN,
        "only an administrator may create projects of other users");
  }

  @Test
  void aProjectNameIsTakenOncePerOwner() {
    twoUsers();
    given(new ProjectCreated(DEMO, ANNA, "demo", "hosted"));

    refused(
        system(),
        new CreateProject(ANNA, "demo", "hosted"),
        Code.ALREADY_EXISTS,
        "there is a project user/anna/demo already");
    assertThat(when(system(), new CreateProject(ADMIN, "demo", "hosted")).events()).hasSize(1);
  }

  @Test
  void repositoriesAreHosted() {
    twoUsers();

    refused(
        system(),
        new CreateProject(ANNA, "demo", "remotesource"),
        Code.INVALID,
        "remote_repository_config_type has to be hosted, not \"remotesource\"");
  }

  @Test
  void aProjectOfSomebodyElseDoesNotExistForOthers() {
    twoUsers();
    given(new ProjectCreated(DEMO, ADMIN, "demo", "hosted"));

    refused(Actor.user(ANNA), new DeleteProject(DEMO), Code.NOT_FOUND, "there is no project p1");
    assertThat(when(Actor.user(ADMIN), new DeleteProject(DEMO)).events())
        .containsExactly(new ProjectDeleted(DEMO));
  }

  @Test
  void whatIsFrozenStaysAsItIs() {
    twoUsers();
    state = ConfigEvolve.freeze(state, new UserDeleted(ANNA), "test");

    refused(
        system(),
        new CreateToken(ANNA, "laptop", HASH),
        Code.WRONG_STATE,
        "user anna is frozen: its history cannot be applied");
  }

  @Test
  void nothingIsEverDue() {
    twoUsers();

    assertThat(rules.nextDue(state)).isNull();
  }
}
