package dev.millrace.storage.objects;

import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What servers and the client say, in words that tell what to do about it. */
final class S3Failures {
  private S3Failures() {}

  /** There is no such object; or no bucket, which a reader would take for an empty one. */
  static ObjectStoreException absent(S3Settings settings, String path, S3Exception e) {
    return code(e).equals("NoSuchBucket")
        ? told(settings, "read " + path, e)
        : new NoSuchObjectException(path);
  }

  static ObjectStoreException told(S3Settings settings, String what, SdkException e) {
    return new ObjectStoreException(
        "cannot %s in %s: %s".formatted(what, settings.name(), why(settings, e)), e);
  }

  private static String why(S3Settings settings, SdkException e) {
    if (e instanceof S3Exception told) {
      return why(settings, told);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiCallTimeoutException) {
        return "no answer for too long" + (isHttps(settings) ? ": does it speak https?" : "");
      }
      if (cause instanceof UnknownHostException) {
        return "there is no host " + cause.getMessage();
      }
      if (cause instanceof SSLHandshakeException) {
        return "its certificate is not trusted here: " + cause.getMessage();
      }
      if (cause instanceof SSLException || isMute(cause, settings)) {
        return "nobody speaks https there (%s)".formatted(cause.getMessage());
      }
    }
    if (String.valueOf(e.getMessage()).contains("server failed to respond")) {
      return "the connection was closed without an answer: does it speak https?";
    }
    String message = String.valueOf(e.getMessage());
    return message.startsWith("Unable to load credentials")
        ? "no credentials are given and the environment offers none"
        : message;
  }

  /** A server that does not know TLS waits for more of what it takes for a request. */
  private static boolean isMute(Throwable cause, S3Settings settings) {
    return isHttps(settings)
        && cause instanceof SocketTimeoutException
        && String.valueOf(cause.getMessage()).endsWith("Read timed out");
  }

  private static boolean isHttps(S3Settings settings) {
    URI endpoint = settings.endpoint();
    return endpoint != null && "https".equals(endpoint.getScheme());
  }

  private static String why(S3Settings settings, S3Exception e) {
    return switch (code(e)) {
      case "NoSuchBucket" -> "there is no such bucket";
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken" ->
          "the credentials are wrong or have expired (%s)".formatted(code(e));
      case "AccessDenied", "AllAccessDisabled" -> "the credentials do not allow it";
      case "RequestTimeTooSkewed" -> "this machine's clock is wrong, or the server's";
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          "the bucket is in another region than " + settings.region();
      default ->
          e.statusCode() == 403
              ? "the credentials are wrong or do not allow it (403)"
              : "%s (status %d)".formatted(said(e), e.statusCode());
    };
  }

  private static @Nullable String said(S3Exception e) {
    var details = e.awsErrorDetails();
    return details == null || details.errorMessage() == null
        ? "what answers is no S3 server, or something before one"
        : details.errorMessage();
  }

  static String code(S3Exception e) {
    var details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }
}
