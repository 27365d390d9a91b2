package dev.millrace.storage.objects;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a bucket is and how to get at it.
 *
 * @param endpoint null for Amazon's own of the region
 * @param region any name on most other servers
 * @param folder put before every path, without a slash at its end; empty for none
 * @param pathStyle whether the bucket is named in the path and not in the host name
 * @param credentials null for what the environment offers: variables, system properties, a web
 *     identity, the profile files of the AWS tools, the machine's role
 */
public record S3Settings(
    @Nullable URI endpoint,
    String region,
    String bucket,
    String folder,
    boolean pathStyle,
    @Nullable Credentials credentials) {

  private static final int LAST_PORT = 65_535;

  /** A pair of keys. */
  public record Credentials(String accessKey, String secretKey) {
    @Override
    public String toString() {
      return "Credentials[" + accessKey + "]";
    }
  }

  /**
   * Checks what can be checked without asking anybody.
   *
   * @throws IllegalArgumentException that begins with the name of what is wrong
   */
  public S3Settings {
    if (endpoint != null && !isServer(endpoint)) {
      throw new IllegalArgumentException(
          "endpoint is http://HOST:PORT or https://…, not " + endpoint);
    }
    if (!region.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "region is a name like us-east-1, not \"%s\"".formatted(region));
    }
    if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,254}")) {
      throw new IllegalArgumentException(
          "bucket is a name of letters, digits, dots and dashes, not \"%s\"".formatted(bucket));
    }
    try {
      if (!folder.isEmpty()) {
        ObjectPath.checked(folder);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("folder: " + e.getMessage(), e);
    }
  }

  private static boolean isServer(URI endpoint) {
    return ("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
        && endpoint.getHost() != null
        && endpoint.getPort() != 0
        && endpoint.getPort() <= LAST_PORT
        && endpoint.getRawQuery() == null
        && endpoint.getRawFragment() == null
        && endpoint.getRawUserInfo() == null;
  }

  /** The same for somebody who takes what his environment offers. */
  public S3Settings withoutKeys() {
    return new S3Settings(endpoint, region, bucket, folder, pathStyle, null);
  }

  String key(String path) {
    return folder.isEmpty() ? path : folder + "/" + path;
  }

  String path(String key) {
    return folder.isEmpty() ? key : key.substring(folder.length() + 1);
  }

  /** As it is named in messages. */
  public String name() {
    return "bucket %s%s".formatted(bucket, endpoint == null ? " in " + region : " at " + endpoint);
  }
}
