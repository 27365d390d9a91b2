package dev.millrace.launcher.server;

import dev.millrace.bus.ledger.Timing;
import dev.millrace.datamanager.recovery.Recovery;
import dev.millrace.storage.StorageException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** What a recovery works with: a server that is stopped, and the right to write. */
public final class Recovering implements AutoCloseable {
  private static final long LOOK_NANOS = 100_000_000;
  private static final int LOOKS = 200; // a server that was killed holds its lease for 10 s

  private final StoppedServer server;
  private final RecoveryCoordination coordination;
  private final Recovery recovery;

  private Recovering(StoppedServer server, RecoveryCoordination coordination, Recovery recovery) {
    this.server = server;
    this.coordination = coordination;
    this.recovery = recovery;
  }

  /**
   * Takes the data directory and starts its broker, and nothing else.
   *
   * @throws StartException if a server runs, or what it keeps cannot be opened
   */
  public static Recovering open(ServerOptions options) throws StartException {
    var random = new Randomness();
    return of(StoppedServer.open(options, random), "recover", random);
  }

  /**
   * With a server that is open already, which is closed with this.
   *
   * @param command shows as the writer
   */
  static Recovering of(StoppedServer server, String command, Randomness random)
      throws StartException {
    String instance = command + "-" + random.ids().get();
    RecoveryCoordination coordination = null;
    try {
      coordination = new RecoveryCoordination(server.storage().coordination(), instance);
      awaitLease(coordination);
      var ports =
          new Recovery.Ports(
              server.bus(),
              server.storage().objects(),
              server.storage().coordination(),
              coordination,
              instance,
              Timing.system(),
              random.ids(),
              server.data().directory("scratch"));
      return new Recovering(server, coordination, new Recovery(ports));
    } catch (IOException | StorageException | StartException e) {
      if (coordination != null) {
        coordination.close();
      }
      server.close();
      throw e instanceof StartException start
          ? start
          : new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void awaitLease(RecoveryCoordination coordination) throws StartException {
    for (int i = 0; i < LOOKS; i++) {
      if (coordination.isAlone()) {
        return;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new StartException("another server writes to this installation: stop it first");
  }

  /** The recovery. */
  public Recovery recovery() {
    return recovery;
  }

  @Override
  public void close() {
    coordination.close();
    server.close();
  }
}
