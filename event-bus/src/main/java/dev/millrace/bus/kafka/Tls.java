package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * What certificates are checked against and shown: files in PEM, read anew by each client that is
 * made. A broker's certificate must be for the name or address that it is reached by.
 *
 * @param authority what brokers' certificates are checked against; null for what the JDK trusts
 * @param certificate that this client shows, with those that lead to its authority; null for none
 * @param key of the certificate, PKCS#8, without a password; there if the certificate is
 */
public record Tls(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {
  /** The JDK's authorities, and no certificate of one's own. */
  public static final Tls DEFAULT = new Tls(null, null, null);

  private static final String PEM = "PEM";
  private static final String A_CERTIFICATE = "-----BEGIN CERTIFICATE-----";
  private static final String A_KEY = "-----BEGIN PRIVATE KEY-----";

  public Tls {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "a client's certificate for Kafka needs its key, and a key its certificate");
    }
  }

  /** Fails with {@link BusException} if a file is not what it should be. */
  Map<String, Object> settings() {
    var map = new HashMap<String, Object>();
    if (authority != null) {
      map.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, PEM);
      map.put(
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          read("the authority of brokers", authority, A_CERTIFICATE, "no certificate in PEM"));
    }
    if (certificate != null && key != null) {
      map.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, PEM);
      map.put(
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          read("the certificate for Kafka", certificate, A_CERTIFICATE, "no certificate in PEM"));
      map.put(
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          read(
              "the key for Kafka",
              key,
              A_KEY,
              "no key in PKCS#8 without a password (openssl pkcs8 -topk8 -nocrypt makes one)"));
    }
    return map;
  }

  private static String read(String what, Path file, String begin, String lack) {
    try {
      var text = Files.readString(file);
      if (text.contains(begin)) {
        return text;
      }
      throw new BusException("cannot use %s: %s holds %s".formatted(what, file, lack), null);
    } catch (NoSuchFileException e) {
      throw new BusException("cannot read %s: there is no %s".formatted(what, file), e);
    } catch (MalformedInputException e) {
      throw new BusException("cannot use %s: %s holds %s".formatted(what, file, lack), e);
    } catch (IOException e) {
      throw new BusException("cannot read %s: %s: %s".formatted(what, file, e), e);
    }
  }
}
