package dev.millrace.bus.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority, and a certificate and key that it has signed for 127.0.0.1, in PEM files.
 *
 * @param certificate for a broker as well as for a client
 */
record TestCertificates(Path authority, Path certificate, Path key) {
  private static final char[] PASSWORD = "changeit".toCharArray();

  static TestCertificates make(Path directory, String name) throws Exception {
    var store = directory.resolve(name + ".p12");
    keytool(store, "ca", "-ext", "bc:c", "-dname", "CN=authority-" + name);
    keytool(store, "it", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-dname", "CN=it");
    var made = KeyStore.getInstance(store.toFile(), PASSWORD);
    return new TestCertificates(
        pem(directory.resolve(name + "-ca.crt"), made.getCertificate("ca")),
        pem(directory.resolve(name + ".crt"), made.getCertificateChain("it")),
        pem(directory.resolve(name + ".key"), "PRIVATE KEY", made.getKey("it", PASSWORD)));
  }

  private static void keytool(Path store, String alias, String... more) throws Exception {
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of("-genkeypair", "-alias", alias));
    command.addAll(List.of("-keyalg", "EC", "-keystore", store.toString()));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    command.addAll(List.of(more));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("keytool failed");
    }
  }

  private static Path pem(Path file, Certificate... chain) throws Exception {
    var text = new StringBuilder();
    for (var certificate : chain) {
      text.append(block("CERTIFICATE", certificate.getEncoded()));
    }
    return Files.writeString(file, text);
  }

  private static Path pem(Path file, String what, java.security.Key key) throws IOException {
    return Files.writeString(file, block(what, key.getEncoded()));
  }

  private static String block(String what, byte[] content) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n".formatted(what, lines);
  }
}
