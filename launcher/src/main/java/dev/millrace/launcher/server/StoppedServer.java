package dev.millrace.launcher.server;

import dev.millrace.bus.Bus;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.ObjectStore;
import java.io.IOException;
import java.util.Optional;

/**
 * What a server keeps, opened while none runs: its broker without any role, object storage and
 * coordination. Nobody can start one meanwhile.
 */
final class StoppedServer implements AutoCloseable {
  private final Opened opened = new Opened();
  private final DataDirectory data;
  private final Bus bus;
  private final Storage storage;

  private StoppedServer(ServerOptions options, Randomness random)
      throws IOException, StartException {
    this.data = keep(DataDirectory.take(options.dataDirectory()));
    try {
      CoordinationStore coordination = keep(Stores.coordination(options, data));
      ObjectStore objects = keep(Stores.objects(options, data, random));
      Formats.check(Stores.objectsName(options, data), objects);
      this.storage = new Storage(objects, coordination);
      var broker = keep(Broker.start(data, Optional.empty(), random));
      this.bus = keep(broker.bus());
    } catch (IOException | StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens it.
   *
   * @throws StartException if a server runs, or what it keeps cannot be opened; the message says
   *     why
   */
  static StoppedServer open(ServerOptions options, Randomness random) throws StartException {
    try {
      return new StoppedServer(options, random);
    } catch (IOException e) {
      throw new StartException(
          "cannot use " + options.dataDirectory() + ": " + DataDirectory.why(e), e);
    } catch (StorageException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private <T extends AutoCloseable> T keep(T part) throws StartException {
    return opened.keep(part);
  }

  DataDirectory data() {
    return data;
  }

  Bus bus() {
    return bus;
  }

  Storage storage() {
    return storage;
  }

  @Override
  public void close() {
    opened.close();
  }
}
