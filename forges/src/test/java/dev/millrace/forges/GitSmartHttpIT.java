package dev.millrace.forges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.forges.GitSmartHttp.Grant;
import dev.millrace.forges.GitSmartHttp.Limits;
import dev.millrace.http.HttpApi;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import dev.millrace.http.Server;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class GitSmartHttpIT {

  private final Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<RefUpdate> recorded = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean recorderFails;
  private HostedRepositories repositories;
  private Server server;
  private Git git;

  GitSmartHttpIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void measure() {
    Git.measureClockOfFiles();
  }

  @BeforeEach
  void start() throws Exception {
    git = Git.start(directory.resolve("work"));
    serve();
    repositories.create("p1");
  }

  private void serve() throws Exception {
    repositories = new HostedRepositories(directory.resolve("repositories"));
    var api = new HttpApi("git");
    var limits = new Limits(2, Duration.ofSeconds(60), 1 << 20, 512 << 10);
    new GitSmartHttp(repositories, this::check, limits).mount(api, "/git");
    server = api.listen(vertx, "127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Grant check(Request request, String path, boolean write) {
    String expected =
        "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8));
    if (!request.header("Authorization").equals(java.util.Optional.of(expected))) {
      throw ProblemException.unauthorized("sign in");
    } else if (!path.equals("user/admin/demo")) {
      throw ProblemException.notFound("there is no project " + path);
    }
    return new Grant("p1", this::record);
  }

  private void record(List<RefUpdate> changes) throws IOException {
    if (recorderFails) {
      throw new IOException("the broker is away");
    }
    recorded.addAll(changes);
  }

  private String url() {
    return url("me:secret@", "user/admin/demo.git");
  }

  private String url(String who, String path) {
    return "http://%s127.0.0.1:%d/git/%s".formatted(who, server.port(), path);
  }

  @Test
  void aPushIsRecordedAndCanBeClonedAgain() throws Exception {
    git.ok("tag", "-a", "v1", "-m", "one");
    git.ok("push", "-q", url(), "main", "v1");
    String head = git.ok("rev-parse", "HEAD");

    assertThat(recorded)
        .containsExactlyInAnyOrder(
            new RefUpdate("refs/heads/main", null, head),
            new RefUpdate("refs/tags/v1", null, git.ok("rev-parse", "v1")));
    new Git(directory).ok("clone", "-q", url(), "copy");
    var copy = new Git(directory.resolve("copy"));
    assertThat(copy.ok("rev-parse", "HEAD")).isEqualTo(head);
    copy.ok("fsck", "--full");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2"})
  void bothProtocolsCloneShallowAndFetchACommitThatHasNoRefAnyMore(String version)
      throws Exception {
    git.ok("push", "-q", url(), "main");
    String first = git.ok("rev-parse", "HEAD");
    git.ok("commit", "-q", "--amend", "-m", "Another first");
    git.ok("push", "-q", "-f", url(), "main");

    String protocol = "protocol.version=" + version;
    var copy = new Git(directory.resolve("copy"));
    copy.ok("init", "-q");
    copy.ok("-c", protocol, "fetch", "-q", "--depth", "1", url(), first);
    assertThat(copy.ok("rev-parse", "FETCH_HEAD")).isEqualTo(first);
  }

  @Test
  void aForcedPushAndADeletionAreRecordedAsWhatTheyWere() throws Exception {
    git.ok("push", "-q", url(), "main", "main:other");
    String first = git.ok("rev-parse", "HEAD");
    git.ok("commit", "-q", "--amend", "-m", "Another first");
    recorded.clear();
    git.ok("push", "-q", "-f", url(), "main", ":other");

    assertThat(recorded)
        .containsExactlyInAnyOrder(
            new RefUpdate("refs/heads/main", first, git.ok("rev-parse", "HEAD")),
            new RefUpdate("refs/heads/other", first, null));
  }

  @Test
  void whatManyPushesLeaveIsPackedBeforeThePushIsAnswered() throws Exception {
    try (var repository = repositories.open("p1")) {
      repository.getConfig().setInt("gc", null, "autopacklimit", 1);
      repository.getConfig().save();
    }
    for (int push = 0; push < 3; push++) {
      for (int i = 0; i < 150; i++) {
        git.write("file" + i, "content %d of push %d".formatted(i, push));
      }
      git.ok("add", "-A");
      git.ok("commit", "-q", "-m", "Many");
      git.ok("push", "-q", url(), "main");
    }

    Path objects = directory.resolve("repositories/p1.git/objects");
    try (var packs = java.nio.file.Files.list(objects.resolve("pack"))) {
      // Those of the pushes stay for a while, for whoever reads them.
      assertThat(packs.filter(file -> file.toString().endsWith(".pack"))).hasSize(4);
    }
  }

  @Test
  void aPushThatCannotBeRecordedIsAnsweredAsFailed() throws Exception {
    recorderFails = true;
    var result = git.run("push", url(), "main");
    assertThat(result.status()).isNotZero();
    assertThat(result.output()).contains("try again later").contains("not recorded, try again");
    assertThat(repositories.refs("p1")).containsKey("refs/heads/main");
  }

  @Test
  void whatAKilledServerHadLockedCanBePushedToAgain() throws Exception {
    git.ok("push", "-q", url(), "main", "main:some/branch");
    git.ok("commit", "-q", "--amend", "-m", "Another first");
    Path repository = directory.resolve("repositories").resolve("p1.git");
    for (String lock :
        List.of("refs/heads/main.lock", "refs/heads/some/branch.lock", "packed-refs.lock")) {
      Files.createFile(repository.resolve(lock));
    }
    assertThat(git.run("push", "-f", url(), "main").status())
        .as("a lock of this life is somebody's")
        .isNotZero();

    server.close();
    serve();

    git.ok("push", "-q", "-f", url(), "main", "main:some/branch");
    git.ok("push", "-q", url(), ":some/branch");
    String head = git.ok("rev-parse", "HEAD");
    assertThat(repositories.refs("p1")).containsOnly(Map.entry("refs/heads/main", head));
  }

  @Test
  void onlyBranchesAndTagsArePushed() throws Exception {
    var result = git.run("push", url(), "main:refs/pull/1/head");
    assertThat(result.status()).isNotZero();
    assertThat(result.output()).contains("only branches and tags can be pushed");
    assertThat(recorded).isEmpty();
  }

  @Test
  void gitTellsItsUserWhatIsWrong() throws Exception {
    assertThat(git.run("push", url("me:wrong@", "user/admin/demo.git"), "main").output())
        .contains("Authentication failed");
    assertThat(git.run("push", url("me:secret@", "user/admin/nothing.git"), "main").output())
        .contains("there is no project user/admin/nothing");
  }

  @Test
  void aPackOverTheLimitIsRefusedAndTheServerGoesOn() throws Exception {
    byte[] noise = new byte[400 << 10];
    for (String file : List.of("a", "b", "c", "d")) {
      new java.util.Random(file.hashCode()).nextBytes(noise);
      java.nio.file.Files.write(directory.resolve("work").resolve(file), noise);
    }
    git.ok("add", "-A");
    git.ok("commit", "-q", "-m", "Large");
    var result = git.run("push", url(), "main");
    assertThat(result.status()).isNotZero();
    assertThat(result.output()).contains("limit");
    assertThat(repositories.refs("p1")).isEmpty();
    git.ok("push", "-q", url(), "HEAD~1:refs/heads/main");
  }

  @Test
  void moreClonesThanPlacesWaitForTheirTurn() throws Exception {
    git.ok("push", "-q", url(), "main");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var clones =
          IntStream.range(0, 6).mapToObj(i -> threads.submit(() -> clone("copy" + i))).toList();
      for (var clone : clones) {
        assertThat(clone.get()).isEqualTo(git.ok("rev-parse", "HEAD"));
      }
    }
  }

  private String clone(String name) throws Exception {
    new Git(directory).ok("clone", "-q", url(), name);
    return new Git(directory.resolve(name)).ok("rev-parse", "HEAD");
  }
}
