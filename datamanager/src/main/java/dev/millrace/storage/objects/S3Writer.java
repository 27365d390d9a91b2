package dev.millrace.storage.objects;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Writes small bodies in one request and others in parts, of which one is in memory at a time. An
 * object appears with the last request.
 */
final class S3Writer {
  /** The size from which on a body is written in parts; a part may not be below 5 MiB. */
  static final int PART = 8 << 20;

  /** Servers take no more parts than this. */
  private static final int PARTS = 10_000;

  /** Whose an object is: tells whether an attempt that was not answered has written it. */
  private static final String WRITER = "writer";

  private static final Logger LOG = LoggerFactory.getLogger(S3Writer.class);
  private static final String ANY = "*";
  private static final int CONFLICTS = 10;
  private final S3Settings settings;
  private final S3Client client;
  private final Supplier<String> ids;
  private final @Nullable Duration within;

  S3Writer(S3Settings settings, S3Client client, Supplier<String> ids) {
    this(settings, client, ids, null);
  }

  /**
   * A writer in a hurry.
   *
   * @param within how long a small object may take, with all repetitions; null for as long as it
   *     takes
   */
  S3Writer(S3Settings settings, S3Client client, Supplier<String> ids, @Nullable Duration within) {
    this.settings = settings;
    this.client = client;
    this.ids = ids;
    this.within = within;
  }

  /** Tells whether it has written: false only if it may not replace what is there. */
  boolean write(String path, SizedBody body, long size, boolean replace) {
    var target = new Target(path, settings.key(path), ids.get(), replace ? null : ANY);
    byte[] buffer = new byte[partSize(size)];
    int first = fill(body, buffer);
    try {
      return first < buffer.length
          ? decide(target, () -> put(target, buffer, first))
          : inParts(target, body, buffer);
    } catch (SdkException e) {
      // What is tried in a hurry is of no interest, and has another name each time.
      throw S3Failures.told(settings, within == null ? "write " + path : "write", e);
    }
  }

  private record Target(String path, String key, String writer, @Nullable String unless) {}

  private static int partSize(long size) {
    if (size == ObjectStore.UNKNOWN) {
      return PART;
    }
    if (size < PART) {
      return (int) size + 1; // so that the end is seen
    }
    return (int) Math.max(PART, size / PARTS + 1);
  }

  private void put(Target target, byte[] bytes, int length) {
    client.putObject(
        request ->
            request
                .bucket(settings.bucket())
                .key(target.key())
                .metadata(Map.of(WRITER, target.writer()))
                .ifNoneMatch(target.unless())
                .overrideConfiguration(hurry -> hurry.apiCallTimeout(within)),
        body(bytes, length));
  }

  private boolean inParts(Target target, SizedBody body, byte[] buffer) {
    String upload =
        client
            .createMultipartUpload(
                request ->
                    request
                        .bucket(settings.bucket())
                        .key(target.key())
                        .metadata(Map.of(WRITER, target.writer())))
            .uploadId();
    boolean completed = false;
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (int length = buffer.length; length > 0; length = fill(body, buffer)) {
        parts.add(part(target, upload, parts.size() + 1, buffer, length));
      }
      boolean written = decide(target, () -> complete(target, upload, parts));
      completed = written;
      return written;
    } finally {
      if (!completed) {
        abort(target, upload);
      }
    }
  }

  private CompletedPart part(Target target, String upload, int number, byte[] bytes, int length) {
    var uploaded =
        client.uploadPart(
            request ->
                request
                    .bucket(settings.bucket())
                    .key(target.key())
                    .uploadId(upload)
                    .partNumber(number),
            body(bytes, length));
    return CompletedPart.builder().partNumber(number).eTag(uploaded.eTag()).build();
  }

  private void complete(Target target, String upload, List<CompletedPart> parts) {
    client.completeMultipartUpload(
        request ->
            request
                .bucket(settings.bucket())
                .key(target.key())
                .uploadId(upload)
                .ifNoneMatch(target.unless())
                .multipartUpload(all -> all.parts(parts)));
  }

  /** What is left of parts costs money, and only rules of the bucket would remove it. */
  private void abort(Target target, String upload) {
    try {
      client.abortMultipartUpload(
          request -> request.bucket(settings.bucket()).key(target.key()).uploadId(upload));
    } catch (SdkException e) {
      if (!(e instanceof S3Exception told && told.statusCode() == 404)) {
        LOG.warn("parts of {} may be left: {}", target.path(), e.getMessage());
      }
    }
  }

  /** Makes the request that lets the object appear, and finds out whether it did. */
  private boolean decide(Target target, Runnable request) {
    for (int conflicts = 0; ; conflicts++) {
      try {
        request.run();
        return true;
      } catch (S3Exception e) {
        boolean conflict = e.statusCode() == 409 && conflicts < CONFLICTS;
        if (target.unless() == null || (e.statusCode() != 412 && !conflict)) {
          throw e;
        }
        if (e.statusCode() == 412) {
          return isOurs(target);
        }
      }
    }
  }

  private boolean isOurs(Target target) {
    try {
      return target
          .writer()
          .equals(
              client
                  .headObject(request -> request.bucket(settings.bucket()).key(target.key()))
                  .metadata()
                  .get(WRITER));
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return false; // somebody else's, and gone again
      }
      throw e;
    }
  }

  private static RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromRemainingByteBuffer(ByteBuffer.wrap(bytes, 0, length));
  }

  private static int fill(InputStream body, byte[] buffer) {
    try {
      return body.readNBytes(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
