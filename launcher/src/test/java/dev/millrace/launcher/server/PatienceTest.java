package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationException;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PatienceTest {
  private static final Duration NEVER = Duration.ofDays(1);

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  @Test
  void aServiceThatIsThereIsNotToldOf() throws Exception {
    var patience = new Patience(told::add, NEVER);
    assertThat(patience.await("etcd at x", () -> 7)).isEqualTo(7);
    assertThat(told).isEmpty();
    assertThat(patience.why()).isNull();
  }

  @Test
  void aServiceThatSaysNothingIsToldOfBeforeItHasBeenGivenUp() throws Exception {
    var patience = new Patience(told::add, Duration.ofMillis(1));
    String heard =
        patience.await(
            "etcd at x",
            () -> {
              String first = String.valueOf(tookFirst());
              assertThat(patience.why()).isEqualTo("etcd at x has not answered for 0 s");
              return first;
            });
    assertThat(heard).isEqualTo("waiting: etcd at x has not answered for 0 s");
    assertThat(patience.why()).as("once it is there").isNull();
  }

  private String tookFirst() {
    try {
      return String.valueOf(told.poll(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void membersThatFailInTurnAreToldOfOnceEach() throws Exception {
    var patience = new Patience(told::add, NEVER);
    var members = List.of("a", "b", "a", "b", "a", "");
    var next = members.iterator();
    patience.await(
        "etcd",
        () -> {
          String member = next.next();
          if (!member.isEmpty()) {
            throw new CoordinationException("member " + member + " is away", null);
          }
          return 0;
        });
    assertThat(told).containsExactly("waiting: member a is away", "waiting: member b is away");
  }

  @Test
  void anAnswerThatBreaksOffIsWaitedForLikeAnyOther() throws Exception {
    var patience = new Patience(told::add, NEVER);
    var failures = List.of(true, false).iterator();
    patience.await(
        "bucket b",
        () -> {
          if (failures.next()) {
            throw new IOException("cut off");
          }
          return 0;
        });
    assertThat(told).containsExactly("waiting: bucket b: cut off");
  }

  @Test
  void whatCannotBeIsNotWaitedFor() {
    var patience = new Patience(told::add, NEVER);
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(
            () ->
                patience.await(
                    "x",
                    () -> {
                      throw new StartException("of a newer format");
                    }))
        .withMessage("of a newer format");
  }

  @Test
  void whoeverWaitsStopsWhenToldTo() {
    var patience = new Patience(told::add, NEVER);
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(
            () ->
                patience.await(
                    "bucket b",
                    () -> {
                      patience.giveUp();
                      throw new ObjectStoreException("bucket b is away", null);
                    }))
        .withMessage("stopped while waiting: bucket b is away");
  }
}
