package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import dev.millrace.bus.TopicPartition;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Between Kafka's words and ours. */
final class Wire {
  private Wire() {}

  static org.apache.kafka.common.TopicPartition partition(TopicPartition partition) {
    return new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
  }

  static TopicPartition partition(org.apache.kafka.common.TopicPartition partition) {
    return new TopicPartition(partition.topic(), partition.partition());
  }

  /** Says what failed and why in one line, without the wrappers of futures and clients. */
  static BusException failure(String what, Throwable e) {
    var cause = e;
    while (cause.getCause() != null && isWrapper(cause)) {
      cause = cause.getCause();
    }
    return cause instanceof BusException known
        ? known
        : new BusException(what + ": " + inWords(cause), cause);
  }

  private static boolean isWrapper(Throwable e) {
    return e instanceof CompletionException
        || e instanceof ExecutionException
        || e.getClass() == KafkaException.class; // "failed to construct", "unexpected"
  }

  private static String inWords(Throwable cause) {
    return switch (cause) {
      case SslAuthenticationException e -> distrust(causes(e));
      case IllegalSaslStateException e -> "the listener there takes no login (" + said(e) + ")";
      case SaslAuthenticationException e -> "the user or the password is wrong (" + said(e) + ")";
      case TopicAuthorizationException e ->
          "the user has no right to it, which `millrace topics --acls` gives (" + said(e) + ")";
      case UnknownTopicOrPartitionException _ ->
          "there is none; `millrace topics` makes all of them";
      default -> said(cause);
    };
  }

  private static String distrust(List<Throwable> causes) {
    var said = said(causes.getLast());
    return reason(causes, said) + " (" + said + ")";
  }

  private static String reason(List<Throwable> causes, String said) {
    if (has(causes, CertificateExpiredException.class, CertificateNotYetValidException.class)) {
      return "the broker's certificate does not count at this time";
    }
    if (has(causes, CertPathBuilderException.class, CertPathValidatorException.class)) {
      return "the broker's certificate is not by the authority that is trusted";
    }
    if (has(causes, CertificateException.class)) {
      return "the broker's certificate is for another host";
    }
    return said.contains("fatal alert")
        ? "the broker wants a certificate, or another one"
        : "no secure connection";
  }

  private static boolean has(List<Throwable> causes, Class<?>... kinds) {
    return causes.stream().anyMatch(e -> Stream.of(kinds).anyMatch(kind -> kind.isInstance(e)));
  }

  private static List<Throwable> causes(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause).toList();
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
