package dev.millrace.forges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.forges.HostedRepositories.NoSuchRepositoryException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostedRepositoriesTest {

  private final Path directory;
  private HostedRepositories repositories;

  HostedRepositoriesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void measure() {
    Git.measureClockOfFiles();
  }

  @BeforeEach
  void create() throws Exception {
    repositories = new HostedRepositories(directory.resolve("hosted"));
  }

  private Git pushed() throws Exception {
    repositories.create("p1");
    var git = Git.start(directory.resolve("work"));
    git.write(".millrace/config.json", "{}");
    Files.createSymbolicLink(
        directory.resolve("work/.millrace/config.yml"), Path.of("/etc/passwd"));
    git.ok("add", "-A");
    git.ok("commit", "-q", "-m", "Second\n\nwith a body");
    git.ok("tag", "-a", "v1", "-m", "one");
    git.ok("push", "-q", directory.resolve("hosted/p1.git").toString(), "main", "v1");
    return git;
  }

  @Test
  void aRepositoryIsMadeOnceAndDeletedWhole() throws Exception {
    repositories.create("p1");
    repositories.create("p1");
    repositories.create("p2");
    assertThat(repositories.ids()).containsExactly("p1", "p2");
    assertThat(repositories.refs("p1")).isEmpty();
    repositories.delete("p1");
    repositories.delete("p1");
    assertThat(repositories.ids()).containsExactly("p2");
    assertThat(directory.resolve("hosted")).isDirectoryContaining(p -> p.endsWith("p2.git"));
    assertThatThrownBy(() -> repositories.refs("p1")).isInstanceOf(NoSuchRepositoryException.class);
  }

  @Test
  void anIdCannotLeaveTheDirectory() {
    assertThatThrownBy(() -> repositories.create("../x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> repositories.refs("..")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileIsReadAtACommitAndNoLongerThanAsked() throws Exception {
    String head = pushed().ok("rev-parse", "HEAD");
    assertThat(repositories.file("p1", head, ".millrace/config.json", 100).orElseThrow())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{}");
    assertThat(repositories.file("p1", head, "README", 2).orElseThrow()).hasSize(3);
  }

  @Test
  void whatIsNoFileIsNotRead() throws Exception {
    String head = pushed().ok("rev-parse", "HEAD");
    for (String path : new String[] {".millrace", "nothing", ".millrace/config.yml"}) {
      assertThat(repositories.file("p1", head, path, 100)).as(path).isEqualTo(Optional.empty());
    }
    assertThat(repositories.file("p1", "0".repeat(40), "README", 9)).isEmpty();
    assertThat(repositories.file("p1", "nonsense", "README", 9)).isEmpty();
  }

  @Test
  void aTagLeadsToItsCommit() throws Exception {
    var git = pushed();
    String tag = git.ok("rev-parse", "v1");
    assertThat(repositories.refs("p1")).containsEntry("refs/tags/v1", tag).hasSize(2);
    var commit = repositories.commit("p1", tag).orElseThrow();
    assertThat(commit.sha()).isEqualTo(git.ok("rev-parse", "HEAD"));
    assertThat(commit.subject()).isEqualTo("Second");
    assertThat(commit.author()).isEqualTo("Ada");
  }
}
