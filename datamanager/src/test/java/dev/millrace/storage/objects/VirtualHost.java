package dev.millrace.storage.objects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;

/**
 * Makes a bucket that is named in the host name, and writes and reads an object of it: for a
 * process of its own, whose names of hosts can be chosen.
 */
final class VirtualHost {
  private VirtualHost() {}

  /** Endpoint, bucket, text. */
  public static void main(String[] args) throws IOException {
    var settings =
        new S3Settings(URI.create(args[0]), "us-east-1", args[1], "", false, S3Server.OWNER);
    byte[] text = args[2].getBytes(UTF_8);
    try (var client = S3Clients.create(settings)) {
      client.createBucket(request -> request.bucket(settings.bucket()));
    }
    try (var store = S3ObjectStore.open(settings, () -> "id" + System.nanoTime())) {
      store.write("a", new ByteArrayInputStream(text), text.length, Durability.PERSISTED);
      try (var in = store.read("a")) {
        System.out.print(new String(in.readAllBytes(), UTF_8));
      }
    }
  }
}
