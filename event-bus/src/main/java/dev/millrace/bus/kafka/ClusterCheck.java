package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** Finds out whether a cluster can be used, and else what is wrong in one sentence. */
public final class ClusterCheck {
  private static final Duration TRY = Duration.ofSeconds(5);
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private ClusterCheck() {}

  /**
   * Waits until so many brokers run. Blocks.
   *
   * @throws BusException at once if they would not let us in however long we wait; else when the
   *     time is over
   */
  public static void await(KafkaSettings settings, int count, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    while (true) {
      var left = Duration.ofNanos(deadline - System.nanoTime());
      try {
        int there = brokers(settings, left.compareTo(TRY) < 0 ? atLeast(left) : TRY);
        if (there >= count) {
          return;
        }
        if (left.isNegative()) {
          throw new BusException(
              "%s: only %d of %d brokers run".formatted(settings.name(), there, count), null);
        }
        Thread.sleep(PAUSE);
      } catch (BusException e) {
        if (left.isNegative() || !(e.getCause() instanceof TimeoutException)) {
          throw e;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BusException("interrupted while waiting for brokers", e);
      }
    }
  }

  private static Duration atLeast(Duration left) {
    return left.compareTo(LEAST) < 0 ? LEAST : left;
  }

  /**
   * The number of brokers that run, at least one. Needs no right. Blocks for as long as it may
   * take, and seconds more to find out why there was no answer.
   *
   * @throws BusException that says where the brokers should be and why they cannot be asked; they
   *     may be later
   */
  public static int brokers(KafkaSettings settings, Duration within) {
    var where = settings.name();
    try (var admin = Admin.create(settings.admin("millrace-check"))) {
      var options = new DescribeClusterOptions().timeoutMs((int) within.toMillis());
      return admin.describeCluster(options).nodes().get().size();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof TimeoutException late
          ? new BusException(where + ": " + Silence.of(settings, within).inWords(), late)
          : Wire.failure(where, e);
    } catch (KafkaException e) {
      throw Wire.failure(where, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException(where + ": interrupted while asking", e);
    }
  }
}
