package dev.millrace.runservice.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class InboxTest {
  private final Inbox<String> inbox = new Inbox<>(10);

  @Test
  void itemsComeInTheirOrder() throws Exception {
    inbox.offer("a", 4);
    inbox.offer("b", 6);

    assertThat(inbox.await(Duration.ZERO)).isTrue();
    assertThat(inbox.peek()).isEqualTo("a");
    assertThat(inbox.poll()).isEqualTo("a");
    assertThat(inbox.poll()).isEqualTo("b");
    assertThat(inbox.poll()).isNull();
    assertThat(inbox.overflown()).isFalse();
  }

  @Test
  void whatIsTooMuchEmptiesItAndNothingIsAddedUntilTheReaderKnows() throws Exception {
    inbox.offer("a", 4);
    inbox.offer("b", 7);
    inbox.offer("c", 1);

    assertThat(inbox.overflown()).isTrue();
    assertThat(inbox.poll()).isNull();
    assertThat(inbox.awaitPoke(Duration.ZERO)).isTrue();
    inbox.reset();
    inbox.offer("d", 10);
    assertThat(inbox.poll()).isEqualTo("d");
  }

  @Test
  void aPokeIsUsedUpByOneLook() throws Exception {
    inbox.poke();

    assertThat(inbox.await(Duration.ZERO)).isTrue();
    assertThat(inbox.await(Duration.ZERO)).isFalse();
  }

  @Test
  void whoLeavesTheItemsIsNotWokenByThem() throws Exception {
    inbox.offer("a", 1);

    assertThat(inbox.awaitPoke(Duration.ZERO)).isFalse();
    inbox.poke();
    assertThat(inbox.awaitPoke(Duration.ZERO)).isTrue();
  }
}
