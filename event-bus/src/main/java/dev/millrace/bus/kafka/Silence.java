package dev.millrace.bus.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.clients.ClientDnsLookup;
import org.apache.kafka.clients.ClientUtils;

/**
 * Why nobody answered. Kafka's clients tell a broker that is away, one that speaks TLS to a client
 * that does not, and one that just takes long all in the same words.
 */
sealed interface Silence {
  /** Somebody to connect to is not there. */
  record Nobody(String why) implements Silence {}

  /** There is somebody, who speaks TLS or does not. */
  record Other(boolean speaksTls, KafkaSecurity asked, Duration within) implements Silence {}

  /** Somebody takes connections, and that is all. */
  record Mute() implements Silence {}

  int PATIENCE_MILLIS = 2_000;

  /** Asks once more, without Kafka's words. Blocks for seconds. */
  static Silence of(KafkaSettings settings, Duration within) {
    var why = "no address";
    for (var address :
        ClientUtils.parseAndValidateAddresses(
            settings.bootstrapServers(), ClientDnsLookup.USE_ALL_DNS_IPS)) {
      try (var socket = connected(address)) {
        return greeted(socket, address, settings.security(), within);
      } catch (IOException e) {
        why = address.getHostString() + ":" + address.getPort() + ": " + said(e);
      }
    }
    return new Nobody(why);
  }

  default String inWords() {
    return switch (this) {
      case Nobody(var why) -> "nobody takes connections there (%s)".formatted(why);
      case Mute() -> "it takes connections, but says nothing";
      case Other(var speaksTls, var asked, _) when speaksTls && asked.tls() == null ->
          "it speaks TLS, which %s does not".formatted(asked.word());
      case Other(var speaksTls, var asked, _) when !speaksTls && asked.tls() != null ->
          "it does not speak TLS, which %s does".formatted(asked.word());
      case Other(_, var asked, var within) ->
          "no answer within %d s: is it a broker, and does it take %s there?"
              .formatted(within.toSeconds(), asked.word());
    };
  }

  private static Socket connected(InetSocketAddress address) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(address, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String said(IOException e) {
    return e instanceof UnknownHostException ? "unknown host" : String.valueOf(e.getMessage());
  }

  private static Silence greeted(
      Socket socket, InetSocketAddress address, KafkaSecurity asked, Duration within) {
    var shown = new AtomicBoolean();
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Nosy(shown)}, null);
      var tls =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(socket, address.getHostString(), address.getPort(), false);
      tls.startHandshake();
    } catch (SocketTimeoutException _) {
      return new Mute();
    } catch (IOException _) {
      // also once the certificate was seen, which is all that was wanted
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
    return new Other(shown.get(), asked, within);
  }

  /** Trusts nobody, but says that a certificate was shown. */
  record Nosy(AtomicBoolean shown) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("nobody is trusted here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      shown.set(true);
      throw new CertificateException("nobody is trusted here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
