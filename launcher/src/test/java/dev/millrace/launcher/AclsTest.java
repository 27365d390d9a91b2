package dev.millrace.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AclsTest {
  @TempDir Path folder;

  @Test
  void thePageShowsWhatIsPrintedOfAllButTheAdministrator() throws IOException {
    var printed = millrace("acls").out();
    assertThat(printed).contains("\nadmin ");
    assertThat(Files.readString(Path.of("../docs/cluster.md")))
        .contains("```\n" + printed.substring(0, printed.indexOf("\nadmin ") + 1) + "```\n");
  }

  @Test
  void aScriptForKafkasOwnToolNamesUsersAndOperations() {
    var script =
        millrace("acls", "--format", "kafka", "--user", "gateway=CN=edge 1,O=Example").out();
    assertThat(script)
        .contains(
            """
            kafka-acls.sh "$@" --add --allow-principal 'User:CN=edge 1,O=Example'\
             --operation Read --operation Write --topic incoming-deliveries
            """)
        .contains(
            """
            kafka-acls.sh "$@" --add --allow-principal 'User:admin' --operation Alter --cluster
            """)
        .doesNotContain("User:gateway");
  }

  @Test
  void aRoleThatIsNoneAndANameThatWouldEscapeAreRefused() {
    var role = millrace("acls", "--user", "gatewy=x");
    assertThat(role.exit()).isEqualTo(Exit.USAGE);
    assertThat(role.err()).contains("there is no role gatewy");
    for (var name : new String[] {"", "it's", "a\nb", "*"}) {
      var ran = millrace("acls", "--format", "kafka", "--user", "gateway=" + name);
      assertThat(ran.exit()).as(name).isEqualTo(Exit.USAGE);
      assertThat(ran.out()).isEmpty();
    }
  }

  private Home.Ran millrace(String... arguments) {
    return new Home(folder).millrace(arguments);
  }
}
