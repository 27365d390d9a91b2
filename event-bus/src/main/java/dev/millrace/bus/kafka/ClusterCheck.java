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
  private ClusterCheck() {}

  /**
   * The number of brokers that run, at least one. Needs no right. Blocks for as long as it may
   * take, and seconds more to find out why there was no answer.
   *
   * @throws BusException that says where the brokers should be and why they cannot be asked; they
   *     may be later
   */
  public static int brokers(KafkaSettings settings, Duration within) {
    var where = "Kafka at " + settings.bootstrap();
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
