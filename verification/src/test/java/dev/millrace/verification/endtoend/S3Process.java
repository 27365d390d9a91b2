package dev.millrace.verification.endtoend;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** An S3 server that keeps its objects on the disk, as a process of its own. */
final class S3Process implements AutoCloseable {
  static final String ACCESS_KEY = "owner";
  static final String SECRET_KEY = "0123456789abcdefOwner";
  private static final Path PROGRAM = Path.of("target", "tools", "s3proxy.jar");

  private final Path directory;
  private final Path objects;
  private final int port;
  private NeighbourProcess process;

  private S3Process(Path directory, int port) throws IOException, InterruptedException {
    this.directory = directory;
    this.objects = Files.createDirectory(directory.resolve("buckets"));
    this.port = port;
    this.process = launch();
  }

  /** Starts one without buckets. */
  static S3Process start(Path directory) throws IOException, InterruptedException {
    return new S3Process(directory, NeighbourProcess.freePort());
  }

  private NeighbourProcess launch() throws IOException, InterruptedException {
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
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(uri(), ACCESS_KEY, SECRET_KEY, objects));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-jar",
            PROGRAM.toString(),
            "--properties",
            settings.toString());
    return NeighbourProcess.start(command, port, directory.resolve("s3proxy.log"));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  void makeBucket(String name) throws IOException {
    Files.createDirectory(objects.resolve(name));
  }

  /** The files in a bucket. */
  List<Path> objects(String bucket) throws IOException {
    try (Stream<Path> files = Files.walk(objects.resolve(bucket))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  void kill() {
    process.kill();
  }

  /** Starts it again, after it was killed, with all that it had. */
  void startAgain() throws IOException, InterruptedException {
    process = launch();
  }

  @Override
  public void close() {
    kill();
  }
}
