package dev.millrace.storage.objects;

import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
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
      if (cause instanceof UnknownHostException) {
        return "there is no host " + cause.getMessage();
      }
    }
    String message = String.valueOf(e.getMessage());
    return message.startsWith("Unable to load credentials")
        ? "no credentials are given and the environment offers none"
        : message;
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
        ? e.getMessage()
        : details.errorMessage();
  }

  static String code(S3Exception e) {
    var details = e.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }
}
