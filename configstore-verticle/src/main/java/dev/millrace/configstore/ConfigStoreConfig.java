package dev.millrace.configstore;

import java.time.Duration;

/**
 * How the configstore is reached.
 *
 * @param host where its internal interface listens
 * @param port 0 for any
 * @param secret what callers have to send as bearer token
 * @param patience how long a request waits for the decision on its command
 */
public record ConfigStoreConfig(String host, int port, String secret, Duration patience) {
  @Override
  public String toString() {
    return "configstore on %s:%d".formatted(host, port); // the secret stays out of logs
  }
}
