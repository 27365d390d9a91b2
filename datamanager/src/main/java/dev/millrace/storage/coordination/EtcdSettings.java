package dev.millrace.storage.coordination;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where an etcd cluster is and how to get at it.
 *
 * @param endpoints of its members, all {@code http} or all {@code https}, with their ports; one is
 *     enough, but only the named ones are tried
 * @param prefix put before every key with a slash, so that several installations share a cluster
 * @param login null for a cluster without authentication
 * @param tls counts for {@code https} only
 */
public record EtcdSettings(List<URI> endpoints, String prefix, @Nullable Login login, Tls tls) {
  private static final int LAST_PORT = 65_535;

  /** A user of etcd's own. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  /**
   * Files in PEM.
   *
   * @param authority what the members' certificates are checked against; null for what the JDK
   *     trusts
   * @param certificate that this client shows; null for none
   * @param key of the certificate, PKCS#8; there if the certificate is
   */
  public record Tls(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {
    /** The JDK's authorities, and no certificate of one's own. */
    public static final Tls DEFAULT = new Tls(null, null, null);

    public Tls {
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException(
            "a client's certificate for etcd needs its key, and a key its certificate");
      }
    }
  }

  public EtcdSettings {
    endpoints = List.copyOf(endpoints);
    Keys.check(prefix);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("etcd has at least one endpoint");
    }
    for (URI endpoint : endpoints) {
      check(endpoint, endpoints.getFirst());
    }
  }

  private static void check(URI endpoint, URI first) {
    String scheme = endpoint.getScheme();
    boolean whole =
        ("http".equals(scheme) || "https".equals(scheme))
            && endpoint.getHost() != null
            && endpoint.getPort() > 0
            && endpoint.getPort() <= LAST_PORT;
    if (!whole) {
      throw new IllegalArgumentException(
          "\"%s\" is no endpoint of etcd, which is like http://host:2379".formatted(endpoint));
    }
    if (!scheme.equals(first.getScheme())) {
      throw new IllegalArgumentException(
          "the endpoints of etcd are all http or all https, unlike %s and %s"
              .formatted(first, endpoint));
    }
  }

  boolean secure() {
    return "https".equals(endpoints.getFirst().getScheme());
  }

  /** The cluster as it is named in sentences. */
  public String name() {
    return "etcd at " + endpoints.stream().map(URI::toString).collect(Collectors.joining(", "));
  }
}
