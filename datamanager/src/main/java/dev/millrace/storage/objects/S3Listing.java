package dev.millrace.storage.objects;

import java.util.Iterator;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A listing that is fetched page by page. */
record S3Listing(S3Settings settings, Iterator<S3Object> objects) implements Iterator<ObjectInfo> {
  /** Fetches the first page. */
  static S3Listing of(S3Settings settings, Iterable<S3Object> objects) {
    try {
      return new S3Listing(settings, objects.iterator());
    } catch (SdkException e) {
      throw S3Failures.told(settings, "list objects", e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      return objects.hasNext();
    } catch (SdkException e) {
      throw S3Failures.told(settings, "list objects", e);
    }
  }

  @Override
  public ObjectInfo next() {
    try {
      S3Object object = objects.next();
      return new ObjectInfo(settings.path(object.key()), object.size(), object.lastModified());
    } catch (SdkException e) {
      throw S3Failures.told(settings, "list objects", e);
    }
  }
}
