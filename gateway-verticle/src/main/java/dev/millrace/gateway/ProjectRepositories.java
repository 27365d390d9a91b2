package dev.millrace.gateway;

import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.LedgerRecord.Decided;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.forges.HostedRepositories;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and removes repositories as projects come and go. */
final class ProjectRepositories implements LedgerView.Listener<Configuration, ConfigEvent> {

  private static final Logger log = LoggerFactory.getLogger(ProjectRepositories.class);

  private final HostedRepositories repositories;
  private final Executor threads;

  ProjectRepositories(HostedRepositories repositories, Executor threads) {
    this.repositories = repositories;
    this.threads = threads;
  }

  @Override
  public void folding(int partition, long n, Configuration state) {}

  @Override
  public void accepted(
      int partition,
      long offset,
      Decided<ConfigEvent> decision,
      Configuration before,
      Configuration after) {
    for (ConfigEvent event : decision.events()) {
      switch (event) {
        case ConfigEvent.ProjectDeleted(var project) ->
            threads.execute(() -> delete(project.value()));
        case ConfigEvent.ProjectCreated _,
            ConfigEvent.UserCreated _,
            ConfigEvent.UserDeleted _,
            ConfigEvent.TokenCreated _,
            ConfigEvent.TokenDeleted _ -> {} // repositories are made when git asks for them
      }
    }
  }

  private void delete(String project) {
    try {
      repositories.delete(project);
    } catch (IOException e) {
      log.error("the repository of the deleted project {} is still there", project, e);
    }
  }
}
