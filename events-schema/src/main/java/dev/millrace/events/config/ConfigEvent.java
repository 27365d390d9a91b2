package dev.millrace.events.config;

import dev.millrace.events.ProjectId;
import dev.millrace.events.UserId;

/** What happened to configuration. Wire names are in {@link ConfigCatalog}. */
public sealed interface ConfigEvent {
  record UserCreated(UserId user, String name, boolean admin) implements ConfigEvent {}

  record UserDeleted(UserId user) implements ConfigEvent {}

  record TokenCreated(UserId user, String name, String hash) implements ConfigEvent {}

  record TokenDeleted(UserId user, String name) implements ConfigEvent {}

  record ProjectCreated(
      ProjectId project, UserId owner, String name, String remoteRepositoryConfigType)
      implements ConfigEvent {}

  record ProjectDeleted(ProjectId project) implements ConfigEvent {}
}
