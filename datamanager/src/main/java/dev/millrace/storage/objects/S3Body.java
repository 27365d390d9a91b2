package dev.millrace.storage.objects;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * What is being read of an object. Cut off, it goes on where it was, as long as the object is still
 * the same. Closed early, it does not fetch the rest first.
 */
final class S3Body extends BulkInputStream {
  /** How often it may be cut off without a byte between. */
  private static final int CUTS = 5;

  private final Source source;
  private ResponseInputStream<GetObjectResponse> response;
  private long position;
  private int cuts;
  private boolean ended;

  /** Where the object can be had from. */
  interface Source {
    /**
     * The wanted rest of the object.
     *
     * @param from offset of its first byte in the object
     * @param tag of the object that is meant; null for any
     */
    ResponseInputStream<GetObjectResponse> open(long from, @Nullable String tag);
  }

  private S3Body(Source source, ResponseInputStream<GetObjectResponse> response, long position) {
    super(response);
    this.source = source;
    this.response = response;
    this.position = position;
  }

  /** Begins to read; what the source throws here is thrown on. */
  static S3Body open(Source source, long from) {
    return new S3Body(source, source.open(from, null), from);
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    while (true) {
      try {
        int count = response.read(to, offset, length);
        position += Math.max(0, count);
        cuts = count > 0 ? 0 : cuts;
        ended |= count < 0;
        return count;
      } catch (IOException | SdkException e) {
        goOn(e);
      }
    }
  }

  private void goOn(Exception cut) throws IOException {
    response.abort();
    if (++cuts > CUTS) {
      throw new IOException("cut off %d times: %s".formatted(cuts, cut.getMessage()), cut);
    }
    try {
      response = source.open(position, response.response().eTag());
      in = response;
    } catch (SdkException e) {
      throw new IOException(
          "cut off, and cannot go on at %d: %s".formatted(position, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    if (ended) {
      super.close();
    } else {
      response.abort();
    }
  }
}
