package dev.millrace.gateway;

import dev.millrace.events.UserId;
import dev.millrace.events.run.TaskToken;
import dev.millrace.gateway.core.RateLimit;
import dev.millrace.http.Guard;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets nobody ask so often that others have to wait: users and tasks each by themselves, from
 * wherever they ask, and those who are not signed in by the network that they come from.
 *
 * <p>Who signs in is known before anything is counted, so that nobody can use up what belongs to
 * others behind the same address. It costs a hash.
 */
final class Throttle {

  private static final int REMEMBERED = 10_000;
  private static final int UNSIGNED_SHARE = 10;
  private static final long SECOND = 1_000_000_000;
  private static final int NETWORK_BYTES = 8;

  private final RateLimit signed;
  private final RateLimit unsigned;
  private final LongSupplier nanos;

  /** Those who are not signed in get a tenth of what a user gets. */
  Throttle(EdgeLimits limits, LongSupplier nanos) {
    this.signed = new RateLimit(limits.rate(), limits.burst(), REMEMBERED);
    this.unsigned =
        new RateLimit(
            Math.max(1, limits.rate() / UNSIGNED_SHARE),
            Math.max(1, limits.burst() / UNSIGNED_SHARE),
            REMEMBERED);
    this.nanos = nanos;
  }

  /** Counts for the user whom this guard finds; who is not found is counted as well. */
  Guard after(Guard signIn) {
    return request -> {
      var caller = (Caller) signedIn(request, () -> signIn.check(request));
      user(caller.id());
      return caller;
    };
  }

  /**
   * A user asks for something.
   *
   * @throws ProblemException 429 if this was too often
   */
  void user(UserId user) {
    take(signed, "user:" + user.value(), "you ask");
  }

  /** A task asks for something; as {@link #user}. */
  void task(TaskToken token) {
    take(signed, "task:" + token.attempt(), "this task asks");
  }

  /**
   * What this finds; if it finds nobody (401), that is counted.
   *
   * @throws ProblemException 429 if nobody was found too often
   */
  <T> T signedIn(Request request, Supplier<T> finding) {
    try {
      return finding.get();
    } catch (ProblemException e) {
      if (e.problem().status() == 401) {
        take(unsigned, network(request.remote()), "you ask without a valid token");
      }
      throw e;
    }
  }

  private void take(RateLimit limit, String who, String what) {
    long wait = limit.take(who, nanos.getAsLong());
    if (wait > 0) {
      long seconds = (wait + SECOND - 1) / SECOND;
      throw ProblemException.tooManyRequests(
          "%s too often, ask again in %d s".formatted(what, seconds), seconds);
    }
  }

  /** Somebody has all addresses of the last half of an IPv6 address: they count as one. */
  static String network(String address) {
    try {
      if (InetAddress.ofLiteral(address) instanceof Inet6Address six) {
        return HexFormat.of().formatHex(six.getAddress(), 0, NETWORK_BYTES);
      }
    } catch (IllegalArgumentException _) {
      // no address: nothing is known of where they come from
    }
    return address.isEmpty() ? "nowhere" : address;
  }
}
