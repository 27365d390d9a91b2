package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Api;
import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Pushes through both gateways of a cluster, one after the other, for as long as it is open. Each
 * is of a commit and a branch of its own, and done again until git says that it is there.
 */
final class Pushes implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String CONFIG =
      """
      runs:
        - name: build
          tasks:
            - name: t
              steps:
                - run: "true"
      """;

  // What is looked for is what becomes of them, not how many there can be.
  private static final long PAUSE_MILLIS = 1_500;

  private final Installation person = Installation.create();
  private final Api api;
  private final List<String> remotes = new ArrayList<>();
  private final String project;
  private final GitRepository repository;
  private final List<String> pushed = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final Thread thread;
  private volatile boolean open = true;
  private volatile @Nullable Throwable failure;

  /**
   * Begins.
   *
   * @param project is made
   */
  Pushes(LocalCluster cluster, String project) throws Exception {
    this.api = cluster.api(1);
    this.project = project;
    String user = api.call("GET", "/user", null, 200).get("name").asString();
    api.createProject(project);
    for (int gateway = 1; gateway <= 2; gateway++) {
      remotes.add(
          "http://me:%s@%s/git/user/%s/%s.git"
              .formatted(
                  cluster.secret("administrator-token"),
                  cluster.gateway(gateway).getAuthority(),
                  user,
                  project));
    }
    repository = GitRepository.empty(person, project).write(".millrace/config.yml", CONFIG);
    thread = Thread.ofVirtual().start(this::pushAll);
  }

  private void pushAll() {
    try {
      for (int i = 0; open; i++) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        String commit = repository.commit("change " + i);
        push(i);
        pushed.add(commit);
      }
    } catch (Exception | AssertionError e) {
      failure = e;
    }
  }

  private void push(int i) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int tries = 0; ; tries++) {
      String remote = remotes.get((i + tries) % remotes.size());
      Finished git = repository.git("push", "-q", remote, "HEAD:refs/heads/change-" + i);
      if (git.exit() == 0) {
        return;
      }
      refused.incrementAndGet();
      assertThat(git.err()).as("a push that is refused says why").contains("fatal: ");
      assertThat(System.nanoTime()).as(git.err()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Pushes no more. */
  @Override
  public void close() throws IOException {
    open = false;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    person.close();
  }

  /** After it was closed: every push was built, and once. Returns what it did, in words. */
  String assertBuiltOnceEach() throws Exception {
    assertThat(failure).isNull();
    assertThat(pushed).isNotEmpty();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (api.runs(project).size() < pushed.size()) {
      assertThat(System.nanoTime()).as("%d runs of pushes", pushed.size()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    api.awaitQuiet(List.of(project));
    List<String> built = new ArrayList<>();
    for (JsonNode listed : api.runs(project)) {
      JsonNode run = api.run(project, listed.get("number").asLong());
      assertThat(run.get("result").asString()).as(run.toString()).isEqualTo("success");
      built.add(run.at("/annotations/commit_sha").asString());
    }
    assertThat(built).containsExactlyInAnyOrderElementsOf(pushed);
    return "%d pushes, refused and done again %d times".formatted(pushed.size(), refused.get());
  }
}
