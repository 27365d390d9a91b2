package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LiveStreamTest {
  private static final Duration LIMIT = Duration.ofMillis(100);

  /** Has what is put into it, and waits for more until it is closed. */
  private static final class Connection extends InputStream {
    private static final int CLOSED = -2;
    private final BlockingQueue<Integer> sent = new LinkedBlockingQueue<>();

    @Override
    public int read() throws IOException {
      try {
        int next = sent.take();
        if (next == CLOSED) {
          throw new IOException("closed");
        }
        return next;
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int next = read();
      bytes[from] = (byte) next;
      return next < 0 ? -1 : 1;
    }

    @Override
    public void close() {
      sent.add(CLOSED);
    }
  }

  private final Connection connection = new Connection();

  @Test
  void aReaderHearsThatTheOtherSideHasFallenSilent() throws Exception {
    connection.sent.add((int) 'a');
    try (var live = new LiveStream(connection, LIMIT)) {
      assertThat(live.read()).isEqualTo('a');
      assertThatIOException().isThrownBy(live::read).withMessage("closed");
    }
  }

  @Test
  void whoDoesNotReadForAWhileMissesNothing() throws Exception {
    try (var live = new LiveStream(connection, LIMIT)) {
      assertThat(connection.sent.poll(LIMIT.toMillis() * 5, TimeUnit.MILLISECONDS))
          .as("closed meanwhile")
          .isNull();
      connection.sent.add((int) 'b');
      assertThat(live.read()).isEqualTo('b');
    }
  }

  @Test
  void oneThatHasEndedHasEnded() throws Exception {
    connection.sent.add(-1);
    try (var live = new LiveStream(connection, LIMIT)) {
      assertThat(live.read()).isEqualTo(-1);
    }
  }
}
