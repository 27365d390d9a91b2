package dev.millrace.storage.objects;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;

/** Writes a body of unknown size to a bucket and reads it back. A process of its own. */
final class HugeBody {
  private HugeBody() {}

  /** Endpoint, bucket, size in bytes. */
  public static void main(String[] args) throws Exception {
    long size = Long.parseLong(args[2]);
    var settings =
        new S3Settings(URI.create(args[0]), "us-east-1", args[1], "", true, S3Server.OWNER);
    try (var store = S3ObjectStore.open(settings, () -> "w" + System.nanoTime())) {
      store.write("huge", new Zeros(size), ObjectStore.UNKNOWN, Durability.PERSISTED);
      try (InputStream in = store.read("huge")) {
        long read = in.transferTo(OutputStream.nullOutputStream());
        if (read != size) {
          throw new IllegalStateException("wrote " + size + " bytes and read " + read);
        }
      }
    }
  }
}
