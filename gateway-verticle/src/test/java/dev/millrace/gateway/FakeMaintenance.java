package dev.millrace.gateway;

import dev.millrace.bus.ledger.Intake;
import dev.millrace.events.Outcome.Code;
import dev.millrace.events.Outcome.Rejected;
import dev.millrace.http.UnreachableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Maintenance of this process alone. */
final class FakeMaintenance implements Maintenance, Intake {

  /** Whether nobody can be told. */
  volatile boolean unreachable;

  private volatile @Nullable Notice notice;

  @Override
  public Optional<Notice> now() {
    return Optional.ofNullable(notice);
  }

  @Override
  public Optional<Rejected> refusal() {
    return now().map(now -> new Rejected(Code.MAINTENANCE, "maintenance: " + now.reason()));
  }

  @Override
  public void begin(Notice next) {
    reach();
    notice = next;
  }

  @Override
  public void end() {
    reach();
    notice = null;
  }

  private void reach() {
    if (unreachable) {
      throw new UnreachableException("etcd does not answer", null);
    }
  }
}
