package dev.millrace.storage.objects;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** How buckets are talked to. */
final class S3Clients {
  private static final int CONNECTIONS = 64;
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  /** Without a byte for this long a connection counts as dead. */
  private static final Duration SILENT = Duration.ofSeconds(30);

  private static final int ATTEMPTS = 5;

  private S3Clients() {}

  static S3Client create(S3Settings settings) {
    return S3Client.builder()
        .endpointOverride(settings.endpoint())
        .region(Region.of(settings.region()))
        .forcePathStyle(settings.pathStyle())
        .credentialsProvider(credentials(settings))
        // Servers other than Amazon's do not all know the newer checksums.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .httpClientBuilder(
            Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(CONNECT_WITHIN)
                .socketTimeout(SILENT))
        .overrideConfiguration(
            override ->
                override.retryStrategy(
                    StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build()))
        .build();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    var given = settings.credentials();
    return given == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(given.accessKey(), given.secretKey()));
  }
}
