package dev.millrace.launcher.server;

import dev.millrace.gateway.Instances.Instance;
import dev.millrace.gateway.Instances.Part;
import dev.millrace.http.Targets;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.coordination.CoordinationStore.Change;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The other instances of an installation, as they say of themselves where they are. Any thread. */
final class Peers implements AutoCloseable {
  private final Map<String, Instance> instances = new ConcurrentSkipListMap<>();
  private final CoordinationStore.Watch watch;

  /** Looks who is there, and hears of who comes and goes until this is closed. */
  Peers(CoordinationStore store) {
    this.watch = store.watchHolders(Registry.PREFIX, this::hear);
  }

  private void hear(Change change) {
    if (change.now() == null) {
      instances.remove(change.key());
    } else {
      Registry.read(change.key(), change.now().value())
          .ifPresent(instance -> instances.put(change.key(), instance));
    }
  }

  /** Those that have this role, in sentences called so, and can be called. */
  Targets of(String role) {
    return new Targets(role, () -> addresses(role), System::nanoTime);
  }

  private List<URI> addresses(String role) {
    return instances.values().stream()
        .flatMap(instance -> instance.roles().stream())
        .filter(part -> part.role().equals(role) && !part.address().isEmpty())
        .map(Part::address)
        .map(URI::create)
        .toList();
  }

  @Override
  public void close() {
    watch.close();
  }
}
