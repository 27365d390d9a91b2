package dev.millrace.bus.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * What a node (broker and controller) has on its disk before it starts for the first time.
 *
 * @param cluster the id of its cluster
 * @param controllers the listener by which controllers talk
 * @param users who may log in with SCRAM-SHA-512 from the start; the same for all nodes
 */
record NodeStorage(String cluster, int node, String controllers, List<Credentials> users) {

  /** Makes the directory, for its owner alone, unless a node has been there already. */
  void formatOnce(Path directory) throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return; // written last
    }
    makePrivate(directory);
    var formatter =
        new Formatter()
            .setPrintStream(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
            .setClusterId(cluster)
            .setNodeId(node)
            .setControllerListenerName(controllers)
            .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
            .setFeatureLevel(
                EligibleLeaderReplicasVersion.FEATURE_NAME,
                EligibleLeaderReplicasVersion.ELRV_1.featureLevel())
            .setMetadataLogDirectory(directory.toString())
            .addDirectory(directory.toString())
            .setIgnoreFormatted(true);
    if (!users.isEmpty()) {
      formatter.setScramArguments(users.stream().map(NodeStorage::scram).toList());
    }
    formatter.run();
  }

  private static String scram(Credentials user) {
    return "SCRAM-SHA-512=[name=%s,password=%s]".formatted(user.user(), user.password());
  }

  private static void makePrivate(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
