package dev.millrace.storage.objects;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects in a bucket. The server has to know conditional writes, which is tried when the store is
 * opened. A write is on the disks of the server when it returns, whatever durability was asked for.
 * Requests that fail for the moment are sent again for some seconds before they are given up.
 */
public final class S3ObjectStore implements ObjectStore {
  /** Soon enough for whoever waits for the first word, and slow for a server that can be used. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

  private final S3Settings settings;
  private final S3Client client;
  private final S3Writer writer;

  private S3ObjectStore(S3Settings settings, S3Client client, S3Writer writer) {
    this.settings = settings;
    this.client = client;
    this.writer = writer;
  }

  /**
   * Opens the store and tries that it can be written.
   *
   * @param ids names that nobody uses twice
   * @throws ObjectStoreException that names what is wrong with the settings, if it is known; the
   *     same words for the same reason. Also if there is no answer within seconds
   */
  public static S3ObjectStore open(S3Settings settings, Supplier<String> ids) {
    S3Client client = S3Clients.create(settings);
    try {
      var hasty = new S3Writer(settings, client, ids, FIRST_ANSWER);
      new S3ObjectStore(settings, client, hasty).probe("probe-" + ids.get());
      return new S3ObjectStore(settings, client, new S3Writer(settings, client, ids));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private void probe(String path) {
    boolean first = writeOnce(path);
    if (!first || writeOnce(path)) {
      delete(path);
      throw new ObjectStoreException(
          settings.name()
              + " ignores If-None-Match: two writers would both believe that they were first",
          null);
    }
    delete(path);
  }

  private boolean writeOnce(String path) {
    byte[] body = new byte[0];
    return writeIfAbsent(path, new ByteArrayInputStream(body), 0, Durability.PERSISTED);
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    writer.write(ObjectPath.checked(path), new SizedBody(path, body, size), size, true);
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    return writer.write(ObjectPath.checked(path), new SizedBody(path, body, size), size, false);
  }

  @Override
  public InputStream read(String path) {
    return get(path, 0, Long.MAX_VALUE);
  }

  @Override
  public InputStream read(String path, long offset, long length) {
    Ranges.check(offset, length);
    if (length == 0) {
      return stat(path)
          .map(_ -> InputStream.nullInputStream())
          .orElseThrow(() -> new NoSuchObjectException(path));
    }
    long last = offset + length - 1;
    return get(path, offset, last < 0 ? Long.MAX_VALUE : last);
  }

  private InputStream get(String path, long first, long last) {
    String key = settings.key(ObjectPath.checked(path));
    try {
      return S3Body.open(
          (from, tag) ->
              client.getObject(
                  request ->
                      request
                          .bucket(settings.bucket())
                          .key(key)
                          .ifMatch(tag)
                          .range(range(from, last))),
          first);
    } catch (S3Exception e) {
      switch (e.statusCode()) {
        case 404 -> throw S3Failures.absent(settings, path, e);
        case 416 -> {
          return InputStream.nullInputStream();
        }
        default -> throw S3Failures.told(settings, "read " + path, e);
      }
    } catch (SdkException e) {
      throw S3Failures.told(settings, "read " + path, e);
    }
  }

  private static @Nullable String range(long first, long last) {
    if (last == Long.MAX_VALUE) {
      return first == 0 ? null : "bytes=%d-".formatted(first);
    }
    return "bytes=%d-%d".formatted(first, last);
  }

  @Override
  public Optional<ObjectInfo> stat(String path) {
    String key = settings.key(ObjectPath.checked(path));
    try {
      var head = client.headObject(request -> request.bucket(settings.bucket()).key(key));
      return Optional.of(new ObjectInfo(path, head.contentLength(), head.lastModified()));
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return Optional.empty();
      }
      throw S3Failures.told(settings, "look at " + path, e);
    } catch (SdkException e) {
      throw S3Failures.told(settings, "look at " + path, e);
    }
  }

  @Override
  public Stream<ObjectInfo> list(String prefix, String after) {
    var pages =
        client.listObjectsV2Paginator(
            request ->
                request
                    .bucket(settings.bucket())
                    .prefix(settings.folder().isEmpty() ? prefix : settings.key(prefix))
                    .startAfter(after.isEmpty() ? null : settings.key(after)));
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            S3Listing.of(settings, pages.contents()), Spliterator.ORDERED),
        false);
  }

  @Override
  public void delete(String path) {
    String key = settings.key(ObjectPath.checked(path));
    try {
      client.deleteObject(request -> request.bucket(settings.bucket()).key(key));
    } catch (SdkException e) {
      throw S3Failures.told(settings, "delete " + path, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
