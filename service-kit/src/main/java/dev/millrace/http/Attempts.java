package dev.millrace.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks one instance of a service after the other until one answers.
 *
 * @param repeatable whether a request may be sent again that may have been taken
 * @param patience for one that is the last to be asked
 */
record Attempts(Address address, boolean repeatable, Duration patience) {

  // Longer than a service may take to answer, or to refuse because it cannot yet.
  private static final Duration WHILE_OTHERS_ARE_THERE = Duration.ofSeconds(12);

  interface Sending<T> {
    T send(URI uri, Duration within) throws IOException, InterruptedException;
  }

  interface Doubt<T> {
    boolean test(T answer) throws IOException;
  }

  /**
   * The first answer.
   *
   * @param elsewhere whether another instance should be asked, if there is one
   * @throws UnreachableException if there is none
   */
  <T> T first(Sending<T> sending, Doubt<T> elsewhere) {
    List<URI> bases = address.bases();
    for (int i = 0; ; i++) {
      URI base = bases.get(i);
      boolean last = i == bases.size() - 1;
      try {
        T answer = sending.send(address.at(base), within(last));
        address.targets().answered(base);
        if (last || !elsewhere.test(answer)) {
          return answer;
        }
      } catch (IOException e) {
        address.targets().failed(base);
        if (last || !(repeatable || isNotConnected(e))) {
          throw new UnreachableException(unreachable(base, e), e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnreachableException("interrupted while calling " + origin(base), e);
      }
    }
  }

  private Duration within(boolean last) {
    return last || patience.compareTo(WHILE_OTHERS_ARE_THERE) < 0
        ? patience
        : WHILE_OTHERS_ARE_THERE;
  }

  private static boolean isNotConnected(@Nullable Throwable e) {
    return e != null && (e instanceof ConnectException || isNotConnected(e.getCause()));
  }

  private static String origin(URI base) {
    return base.getScheme() + "://" + base.getAuthority();
  }

  private static String unreachable(URI base, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return "cannot reach " + origin(base) + ": " + why;
  }
}
