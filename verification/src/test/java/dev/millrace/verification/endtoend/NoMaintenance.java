package dev.millrace.verification.endtoend;

import dev.millrace.gateway.Maintenance;
import java.util.Optional;

/** There never is any. */
final class NoMaintenance implements Maintenance {
  @Override
  public Optional<Notice> now() {
    return Optional.empty();
  }

  @Override
  public void begin(Notice notice) {
    throw new AssertionError("nobody begins maintenance here");
  }

  @Override
  public void end() {
    throw new AssertionError("nobody ends maintenance here");
  }
}
