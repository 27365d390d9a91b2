package dev.millrace.forges;

import dev.millrace.http.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.eclipse.jgit.errors.PackProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what a client sent that is not git's protocol from what went wrong here. */
final class GitErrors {
  private static final Logger log = LoggerFactory.getLogger(GitErrors.class);

  private GitErrors() {}

  /**
   * Returns the same error.
   *
   * @throws ProblemException 400 if the client is to blame
   */
  static IOException told(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (isOfClient(cause)) {
        log.info("a request to the git server was refused", e);
        throw ProblemException.badRequest("this is not what git sends: " + reason(cause));
      }
    }
    return e;
  }

  private static boolean isOfClient(Throwable cause) {
    return cause instanceof PackProtocolException
        || cause instanceof ZipException
        || cause instanceof EOFException
        || reason(cause).startsWith("Invalid packet line header");
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? "it ends too early" : cause.getMessage();
  }
}
