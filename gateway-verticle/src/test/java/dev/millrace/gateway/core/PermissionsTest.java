package dev.millrace.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.UserId;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.gateway.core.Permissions.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcollections.HashTreePMap;

final class PermissionsTest {

  private static final String TABLE =
      """
      LIST_USERS,     FORBIDDEN, FORBIDDEN
      CREATE_USER,    FORBIDDEN, FORBIDDEN
      DELETE_USER,    FORBIDDEN, FORBIDDEN
      MAINTAIN,       FORBIDDEN, FORBIDDEN
      CARE_FOR_STORAGE, FORBIDDEN, FORBIDDEN
      MANAGE_TOKENS,  ALLOWED,   FORBIDDEN
      CREATE_PROJECT, ALLOWED,   FORBIDDEN
      READ_PROJECT,   ALLOWED,   HIDDEN
      ACT_ON_PROJECT, ALLOWED,   HIDDEN
      DELETE_RUN,     ALLOWED,   HIDDEN
      DELETE_PROJECT, ALLOWED,   HIDDEN
      READ_STATUS,    ALLOWED,   ALLOWED
      """;

  private static User user(String id, boolean admin) {
    return new User(new UserId(id), id, admin, Instant.EPOCH, HashTreePMap.empty());
  }

  @ParameterizedTest
  @CsvSource(textBlock = TABLE)
  void aUserMayDoWhatIsTheirs(Action action, Verdict own, Verdict ofOthers) {
    assertThat(Permissions.of(user("ada", false), action, new UserId("ada"))).isEqualTo(own);
    assertThat(Permissions.of(user("bob", false), action, new UserId("ada"))).isEqualTo(ofOthers);
  }

  @ParameterizedTest
  @CsvSource(textBlock = TABLE)
  void anAdministratorMayDoEverything(Action action, Verdict own, Verdict ofOthers) {
    assertThat(Permissions.of(user("root", true), action, new UserId("ada")))
        .isEqualTo(Verdict.ALLOWED);
  }

  @Test
  void theTableNamesEveryAction() {
    assertThat(TABLE.lines().map(line -> line.substring(0, line.indexOf(','))))
        .containsExactlyElementsOf(
            Stream.of(Action.values()).map(Action::name).collect(Collectors.toList()))
        .hasSameSizeAs(Arrays.asList(Action.values()));
  }
}
