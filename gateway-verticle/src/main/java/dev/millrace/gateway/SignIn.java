package dev.millrace.gateway;

import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.http.Guard;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out who asks, by a token of which only the hash is known here. */
final class SignIn implements Guard {

  /** No token of ours is longer: what is need not be hashed. */
  private static final int LONGEST = 200;

  private final ConfigView config;

  SignIn(ConfigView config) {
    this.config = config;
  }

  @Override
  public Object check(Request request) {
    String token =
        bearer(request)
            .orElseThrow(
                () ->
                    ProblemException.unauthorized(
                        "sign in with a token: Authorization: Bearer <token>"));
    if (userOf(config.now(), token) == null) {
      config.catchUp();
    } else {
      config.await(request);
    }
    User user = userOf(config.now(), token);
    if (user == null) {
      throw ProblemException.unauthorized("the token is not valid (any more)");
    }
    return new Caller(user);
  }

  static @Nullable User userOf(Configuration state, String token) {
    return token.length() > LONGEST ? null : state.userByTokenHash(hash(token));
  }

  /** The token of a request that is signed in as programs do. */
  static Optional<String> bearer(Request request) {
    return after(request, "bearer ");
  }

  /** The password of a request that is signed in as git does; the name of the user is ignored. */
  static Optional<String> password(Request request) {
    return after(request, "basic ").flatMap(SignIn::passwordIn);
  }

  private static Optional<String> passwordIn(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> after(Request request, String scheme) {
    return request
        .header("Authorization")
        .filter(value -> value.regionMatches(true, 0, scheme, 0, scheme.length()))
        .map(value -> value.substring(scheme.length()).strip());
  }

  /** SHA-256, in hex: what the configuration knows a token by. */
  static String hash(String token) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
