package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.Call.Answered;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class ThrottleTest {

  private static final String USER = "/api/v1/user";
  private static final int ENOUGH = 10_000;

  @TempDir private Path directory;
  private GatewayFixture gateway;

  @BeforeEach
  void open() throws Exception {
    gateway = new GatewayFixture(directory);
    gateway.stop();
    gateway.limits = EdgeLimits.DEFAULT.withRate(20, 40);
    gateway.again();
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private Answered get(String as, String path) {
    try (var caller = gateway.as(as)) {
      return caller.call("GET", path).raw();
    }
  }

  /** Asks until it is told not to; returns how often it was answered before. */
  private int askTooOften(String as) {
    try (var caller = gateway.as(as)) {
      for (int i = 0; i < ENOUGH; i++) {
        if (caller.call("GET", USER).raw().status() == 429) {
          return i;
        }
      }
    }
    throw new AssertionError("never refused");
  }

  @Test
  void whoeverAsksTooOftenIsToldWhenToAskAgainAndOthersAreAnswered() throws Exception {
    assertThat(askTooOften("ada")).isGreaterThanOrEqualTo(40);

    HttpResponse<String> refused;
    try (var client = HttpClient.newHttpClient()) {
      do {
        var request = HttpRequest.newBuilder(URI.create(gateway.url(USER)));
        refused =
            client.send(
                request.header("Authorization", "Bearer ada").build(), BodyHandlers.ofString());
      } while (refused.statusCode() == 200);
    }
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(refused.body())
        .contains(
            "\"code\":\"too-many-requests\"",
            "\"retry_after\":\"1\"",
            "you ask too often, ask again in 1 s");
    assertThat(get("bob", USER).status()).isEqualTo(200);
  }

  @Test
  void whoeverIsNotSignedInGetsATenthAndTakesNothingFromThoseWhoAre() {
    int answered = askTooOften("nobody");
    assertThat(answered).isGreaterThanOrEqualTo(4);

    assertThat(get("ada", USER).status()).isEqualTo(200);
    assertThat(get("nobody", "/readyz").status()).isEqualTo(204);
    assertThat(get("nobody", "/api/v1/version").status()).isEqualTo(200);
  }

  @Test
  void gitCountsAsWellAndIsToldInPlainText() {
    askTooOften("ada");
    try (var caller = gateway.as("ada")) {
      Answered refused;
      do {
        refused =
            caller
                .call("GET", "/git/user/ada/demo.git/info/refs?service=git-upload-pack")
                .header("User-Agent", "git/2.39")
                .raw();
      } while (refused.status() == 200);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(new String(refused.body(), StandardCharsets.UTF_8))
          .isEqualTo("you ask too often, ask again in 1 s\n");
    }
  }

  @Test
  void atNormalSpeedNobodyMeetsALimit() throws Exception {
    gateway.stop();
    gateway.limits = EdgeLimits.DEFAULT;
    gateway.again();
    try (var caller = gateway.as("ada")) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(caller.call("GET", USER).raw().status()).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.3",
    "2001:db8:1:2:3:4:5:6, 20010db800010002",
    "2001:db8:1:2::, 20010db800010002",
    "2001:db8:1:3::, 20010db800010003",
    "'', nowhere",
  })
  void allAddressesOfANetworkCountAsOne(String address, String network) {
    assertThat(Throttle.network(address)).isEqualTo(network);
  }
}
