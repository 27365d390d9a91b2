package dev.millrace.gateway;

import dev.millrace.events.Delivery;
import dev.millrace.events.ProjectId;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.forges.CommitInfo;
import dev.millrace.forges.HostedRepositories;
import dev.millrace.forges.HostedRepositories.NoSuchRepositoryException;
import dev.millrace.gateway.core.Plan;
import dev.millrace.gateway.core.Push;
import dev.millrace.pipeline.ConfigFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Plans by the configuration file at the commit that was pushed. */
final class RepositoryPlanner implements DeliveryPlanner {

  private final Supplier<Configuration> config;
  private final HostedRepositories repositories;
  private final PipelineEvaluator evaluator;

  RepositoryPlanner(
      Supplier<Configuration> config,
      HostedRepositories repositories,
      PipelineEvaluator evaluator) {
    this.config = config;
    this.repositories = repositories;
    this.evaluator = evaluator;
  }

  @Override
  public Plan plan(Delivery delivery) throws IOException, InterruptedException {
    if (!Push.triggers(delivery.ref())) {
      return Plan.none(delivery.ref() + " is neither a branch nor a tag");
    } else if (delivery.after() == null) {
      return Plan.none(delivery.ref() + " was deleted");
    } else if (!config.get().projects().containsKey(delivery.project())) {
      return Plan.none("there is no such project any more");
    }
    try {
      return plan(delivery, delivery.after());
    } catch (NoSuchRepositoryException _) {
      return Plan.none("there is no such repository any more");
    }
  }

  private Plan plan(Delivery delivery, String object) throws IOException, InterruptedException {
    String repository = delivery.project().value();
    Optional<CommitInfo> commit = repositories.commit(repository, object);
    if (commit.isEmpty()) {
      return Plan.none(delivery.ref() + " does not lead to a commit");
    }
    Push push = push(delivery, commit.get());
    if (push.unwanted()) {
      return Plan.none("the commit message says [ci skip]");
    }
    Optional<ConfigFile> file = file(delivery.project(), push.commitSha());
    if (file.isEmpty()) {
      return Plan.none("there is no " + String.join(", ", ConfigFile.NAMES));
    }
    return Plan.of(push, file.get().name(), evaluator.evaluate(file.get(), push.context()));
  }

  private Push push(Delivery delivery, CommitInfo commit) {
    User pusher = delivery.pusher() == null ? null : config.get().users().get(delivery.pusher());
    return new Push(
        delivery.project(),
        delivery.ref(),
        commit.sha(),
        commit.message(),
        commit.author(),
        pusher == null ? "" : pusher.name());
  }

  private Optional<ConfigFile> file(ProjectId project, String commit) throws IOException {
    for (String name : ConfigFile.NAMES) {
      var bytes = repositories.file(project.value(), commit, name, ConfigFile.MAX_BYTES);
      if (bytes.isPresent()) {
        return Optional.of(new ConfigFile(name, bytes.get()));
      }
    }
    return Optional.empty();
  }

  @Override
  public Plan giveUp(Delivery delivery, String why) {
    if (delivery.after() == null || !Push.triggers(delivery.ref())) {
      return Plan.none(why);
    }
    var push = new Push(delivery.project(), delivery.ref(), delivery.after(), "", "", "");
    return Plan.broken(
        push,
        ".millrace",
        List.of(new SetupError("", "the configuration could not be evaluated: " + why)));
  }
}
