package dev.millrace.configstore;

import dev.millrace.http.Endpoint;
import java.time.Duration;

/**
 * How the configstore is reached.
 *
 * @param endpoint where its internal interface is
 * @param secret what callers have to send as bearer token
 * @param patience how long a request waits for the decision on its command
 */
public record ConfigStoreConfig(Endpoint endpoint, String secret, Duration patience) {
  @Override
  public String toString() {
    return "ConfigStoreConfig[]"; // the secret stays out of logs
  }
}
