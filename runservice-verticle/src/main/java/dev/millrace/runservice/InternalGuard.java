package dev.millrace.runservice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.http.Guard;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.security.MessageDigest;

/** Lets those in who know the token that the parts of Millrace share. */
final class InternalGuard implements Guard {
  private static final String SCHEME = "Bearer ";
  private final byte[] token;

  InternalGuard(String token) {
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
