package dev.millrace.launcher;

import dev.millrace.storage.objects.S3Settings;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a bucket. Keys are never one: others see them. */
final class S3Options {
  @Option(
      names = "--s3-bucket",
      paramLabel = "NAME",
      description =
          "Keep ended runs in this bucket instead of the data folder. Keys are found as by the AWS"
              + " tools: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or their files.")
  @Nullable String bucket;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description = "The server, if it is not Amazon's: http(s)://HOST:PORT.")
  @Nullable URI endpoint;

  @Option(
      names = "--s3-region",
      paramLabel = "NAME",
      description = "The bucket's region; ${DEFAULT-VALUE} if not given.")
  String region = "us-east-1";

  @Option(
      names = "--s3-folder",
      paramLabel = "PATH",
      description =
          "Before all names, without a slash at its end; another one for each installation.")
  String folder = "";

  @Option(
      names = "--s3-virtual-host",
      description = "With --s3-endpoint: name the bucket in the host name, not in the path.")
  boolean virtualHost;

  /** Empty if no bucket is named. */
  Optional<S3Settings> settings() {
    if (bucket == null) {
      if (endpoint != null || virtualHost || !folder.isEmpty()) {
        throw new Refused(Exit.USAGE, "the other options of S3 need --s3-bucket");
      }
      return Optional.empty();
    }
    try {
      boolean pathStyle = endpoint != null && !virtualHost;
      return Optional.of(new S3Settings(endpoint, region, bucket, folder, pathStyle, null));
    } catch (IllegalArgumentException e) {
      throw new Refused(Exit.USAGE, "--s3-" + e.getMessage());
    }
  }
}
