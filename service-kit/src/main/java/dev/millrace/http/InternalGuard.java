package dev.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** Lets those in who know a token that parts of Millrace share. */
public final class InternalGuard implements Guard {
  private static final String SCHEME = "Bearer ";
  private final List<byte[]> tokens;

  /** Asks for one of these tokens. */
  public InternalGuard(String... tokens) {
    this.tokens = Stream.of(tokens).map(token -> token.getBytes(UTF_8)).toList();
  }

  @Override
  public Object check(Request request) {
    String given = request.header("Authorization").orElse("");
    if (!given.startsWith(SCHEME) || !isKnown(given.substring(SCHEME.length()).getBytes(UTF_8))) {
      throw ProblemException.unauthorized("the internal interface needs its token");
    }
    return "internal";
  }

  private boolean isKnown(byte[] given) {
    return tokens.stream().filter(token -> MessageDigest.isEqual(token, given)).count() > 0;
  }
}
