package dev.millrace.gateway;

import dev.millrace.events.RootGroup;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.Project;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.events.run.TaskToken;
import dev.millrace.forges.GitSmartHttp.Access;
import dev.millrace.forges.GitSmartHttp.Grant;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.gateway.core.Permissions;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.gateway.core.Permissions.Verdict;
import dev.millrace.gateway.core.ProjectRefs;
import dev.millrace.gateway.core.TaskTokens;
import dev.millrace.gateway.core.TaskTokens.Standing;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may clone and push: users with a token of theirs, and tasks that run, their own project. */
final class GitAccess implements Access {

  private static final Duration FOLDING = Duration.ofSeconds(2);

  private final ConfigView config;
  private final RunsView runs;
  private final HostedRepositories repositories;
  private final PushedRefs pushes;
  private final Throttle throttle;
  private final byte[] tokenKey;

  GitAccess(
      ConfigView config,
      RunsView runs,
      HostedRepositories repositories,
      PushedRefs pushes,
      Throttle throttle,
      byte[] tokenKey) {
    this.config = config;
    this.runs = runs;
    this.repositories = repositories;
    this.pushes = pushes;
    this.throttle = throttle;
    this.tokenKey = tokenKey.clone();
  }

  @Override
  public Grant check(Request request, String path, boolean write) {
    return throttle.signedIn(request, () -> granted(request, path, write));
  }

  private Grant granted(Request request, String path, boolean write) {
    String secret =
        SignIn.password(request)
            .or(() -> SignIn.bearer(request))
            .orElseThrow(() -> ProblemException.unauthorized("a token is needed as the password"));
    Optional<TaskToken> task = TaskToken.verify(tokenKey, secret);
    if (isUnknown(secret, task.isPresent(), path)) {
      config.catchUp(); // made by another gateway just now: git cannot say what it has seen
    }
    Project project = ProjectRefs.byPathOrId(config.now(), path);
    User user = null;
    if (task.isPresent()) {
      throttle.task(task.get());
      checkTask(task.get(), project, path, write);
    } else {
      user = SignIn.userOf(config.now(), secret);
      if (user == null) {
        throw ProblemException.unauthorized("the token is not valid (any more)");
      }
      throttle.user(user.id());
    }
    if (project == null || (user != null && !allowed(user, project, write))) {
      throw Projects.unknown(path);
    }
    if (write) {
      pushes.settle(project.id());
    }
    return grant(project, user);
  }

  private boolean isUnknown(String secret, boolean task, String path) {
    Configuration state = config.now();
    return ProjectRefs.byPathOrId(state, path) == null
        || (!task && SignIn.userOf(state, secret) == null);
  }

  private static boolean allowed(User user, Project project, boolean write) {
    Action action = write ? Action.ACT_ON_PROJECT : Action.READ_PROJECT;
    return Permissions.of(user, action, project.owner()) == Verdict.ALLOWED;
  }

  private Grant grant(Project project, @Nullable User pusher) {
    try {
      repositories.create(project.id().value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Grant(
        project.id().value(),
        changes -> pushes.record(project.id(), changes, pusher == null ? null : pusher.id()));
  }

  private void checkTask(TaskToken token, @Nullable Project project, String path, boolean write) {
    RootGroup root = token.attempt().run().root();
    if (project == null || !root.equals(RootGroup.of(project.id()))) {
      throw Projects.unknown(path);
    }
    if (write) {
      throw ProblemException.forbidden("a task may not push");
    }
    try {
      runs.await(root, state -> TaskTokens.of(token, state) != Standing.UNKNOWN, FOLDING);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (TaskTokens.of(token, runs.of(root)) != Standing.GOOD) {
      throw ProblemException.unauthorized("the task of this token does not run");
    }
  }
}
