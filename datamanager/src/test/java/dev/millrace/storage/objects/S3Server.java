package dev.millrace.storage.objects;

import dev.millrace.storage.processes.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An S3 server as a process of its own. */
final class S3Server implements AutoCloseable {
  static final S3Settings.Credentials OWNER =
      new S3Settings.Credentials("owner", "0123456789abcdefOwner");
  private final ServerProcess process;
  private final URI uri;

  private S3Server(ServerProcess process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Starts one that keeps its objects in memory; it takes connections when this returns. */
  static S3Server start(Path directory) throws IOException, InterruptedException {
    return start(directory, "jclouds.provider=transient-nio2");
  }

  /** As {@link #start}, but buckets are named in host names that end with localhost. */
  static S3Server namingBucketsInHosts(Path directory) throws IOException, InterruptedException {
    return start(directory, "jclouds.provider=transient-nio2\ns3proxy.virtual-host=localhost");
  }

  /** Starts one that keeps its objects on the disk; it takes connections when this returns. */
  static S3Server onDisk(Path directory) throws IOException, InterruptedException {
    Path objects = Files.createDirectory(directory.resolve("objects"));
    return start(
        directory, "jclouds.provider=filesystem-nio2\njclouds.filesystem.basedir=" + objects);
  }

  private static S3Server start(Path directory, String provider)
      throws IOException, InterruptedException {
    int port = ServerProcess.freePort();
    URI uri = URI.create("http://127.0.0.1:" + port);
    Path settings =
        Files.writeString(
            directory.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=%s
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.identity=any
            jclouds.credential=any
            %s
            """
                .formatted(uri, OWNER.accessKey(), OWNER.secretKey(), provider));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-jar",
            Path.of("target", "tools", "s3proxy.jar").toString(),
            "--properties",
            settings.toString());
    Path log = directory.resolve("s3proxy.log");
    return new S3Server(ServerProcess.start(command, port, log).awaitConnections(), uri);
  }

  URI uri() {
    return uri;
  }

  /** Settings of a bucket here, which may not be there yet. */
  S3Settings bucket(String name) {
    return new S3Settings(uri, "us-east-1", name, "", true, OWNER);
  }

  /** Makes the bucket. */
  S3Settings makeBucket(String name) {
    S3Settings settings = bucket(name);
    try (var client = S3Clients.create(settings)) {
      client.createBucket(request -> request.bucket(name));
    }
    return settings;
  }

  @Override
  public void close() {
    process.close();
  }
}
