package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates that the servers of a cluster should not have. */
record OtherCertificates(Path folder, LocalCluster cluster) {
  private static final char[] PASSWORD = "password".toCharArray();

  /** For this machine, by an authority that nobody trusts. */
  SSLContext ofAnotherAuthority() throws Exception {
    return made("stranger", List.of("-addext", "subjectAltName=IP:127.0.0.1"));
  }

  /** By the cluster's own authority, for another machine. */
  SSLContext ofAnotherHost() throws Exception {
    Path authority = cluster.authority();
    return made(
        "elsewhere",
        List.of(
            "-addext",
            "subjectAltName=DNS:elsewhere.example",
            "-CA",
            authority.toString(),
            "-CAkey",
            authority.resolveSibling("ca.key").toString()));
  }

  private SSLContext made(String name, List<String> more) throws Exception {
    String key = folder.resolve(name + ".key").toString();
    String certificate = folder.resolve(name + ".pem").toString();
    Path store = folder.resolve(name + ".p12");
    List<String> request =
        new ArrayList<>(List.of("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"));
    Collections.addAll(request, "-subj", "/CN=" + name, "-keyout", key, "-out", certificate);
    request.addAll(more);
    openssl(request);
    openssl(
        List.of(
            "pkcs12",
            "-export",
            "-inkey",
            key,
            "-in",
            certificate,
            "-passout",
            "pass:" + new String(PASSWORD),
            "-out",
            store.toString()));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(store.toFile(), PASSWORD), PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void openssl(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(arguments);
    Path output = folder.resolve("openssl.out");
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    assertThat(exit).as("%s: %s", command, Files.readString(output)).isZero();
  }
}
