package dev.millrace.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/** Lets those in who know the token that the parts of Millrace share. */
public final class InternalGuard implements Guard {
  private static final String SCHEME = "Bearer ";
  private final byte[] token;

  /** Asks for this token. */
  public InternalGuard(String token) {
    this.token = token.getBytes(UTF_8);
  }

  @Override
  public Object check(Request request) {
    String given = request.header("Authorization").orElse("");
    if (!given.startsWith(SCHEME)
        || !MessageDigest.isEqual(token, given.substring(SCHEME.length()).getBytes(UTF_8))) {
      throw ProblemException.unauthorized("the internal interface needs its token");
    }
    return "internal";
  }
}
