package dev.millrace.bus.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/**
 * How clients prove who they are, and how what they say is kept from others.
 *
 * @param login null where nobody logs in, or where the certificate says who somebody is
 * @param tls null where nothing is encrypted
 */
public record KafkaSecurity(@Nullable Login login, @Nullable Tls tls) {
  /** Nobody logs in, nothing is encrypted. */
  public static final KafkaSecurity NONE = new KafkaSecurity(null, null);

  /** As an embedded broker wants it on loopback: a password, not encrypted. */
  public static KafkaSecurity loopback(Credentials credentials) {
    return new KafkaSecurity(new Login(Login.Mechanism.PLAIN, credentials), null);
  }

  /** Its name in settings, as {@code sasl_ssl}. */
  public String word() {
    return (login == null ? "" : "sasl_") + (tls != null ? "ssl" : "plaintext");
  }

  /** Fails with {@link dev.millrace.bus.BusException} if a file is not what it should be. */
  Map<String, Object> settings() {
    var map = new HashMap<String, Object>();
    map.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol().name);
    if (login != null) {
      map.put(SaslConfigs.SASL_MECHANISM, login.mechanism().word());
      map.put(SaslConfigs.SASL_JAAS_CONFIG, Jaas.client(login));
    }
    if (tls != null) {
      map.putAll(tls.settings());
    }
    return map;
  }

  private SecurityProtocol protocol() {
    if (login == null) {
      return tls == null ? SecurityProtocol.PLAINTEXT : SecurityProtocol.SSL;
    }
    return tls == null ? SecurityProtocol.SASL_PLAINTEXT : SecurityProtocol.SASL_SSL;
  }
}
