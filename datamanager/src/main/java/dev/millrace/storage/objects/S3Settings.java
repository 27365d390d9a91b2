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

  /** A pair of keys. */
  public record Credentials(String accessKey, String secretKey) {
    @Override
    public String toString() {
      return "Credentials[" + accessKey + "]";
    }
  }

  public S3Settings {
    if (!folder.isEmpty()) {
      ObjectPath.checked(folder);
    }
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
