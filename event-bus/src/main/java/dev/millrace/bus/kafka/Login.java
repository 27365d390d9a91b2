package dev.millrace.bus.kafka;

/** Who a client says it is, and how it proves that. */
public record Login(Mechanism mechanism, Credentials credentials) {

  /** How a password is shown to a broker. */
  public enum Mechanism {
    /** As it is: for loopback, or over TLS. */
    PLAIN("PLAIN"),
    /** By a challenge, so that a broker that is none does not learn it. */
    SCRAM_SHA_256("SCRAM-SHA-256"),
    /** As {@link #SCRAM_SHA_256}, with a longer hash. */
    SCRAM_SHA_512("SCRAM-SHA-512");

    private final String word;

    Mechanism(String word) {
      this.word = word;
    }

    /** Its name on the wire and in settings, as {@code SCRAM-SHA-512}. */
    public String word() {
      return word;
    }
  }
}
