package dev.millrace.launcher.client;

import dev.millrace.http.Problem;
import dev.millrace.launcher.Exit;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** From what went wrong to what is said and ended with. */
final class Errors {
  private Errors() {}

  static int exit(Problem problem) {
    return switch (problem.status()) {
      case 404 -> Exit.NOT_FOUND;
      case 429, 503 -> Exit.TRY_LATER;
      case 502, 504 -> Exit.UNREACHABLE;
      default -> Exit.REJECTED;
    };
  }

  /** The messages of these exceptions are nothing but the path. */
  static String sentence(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no file " + e.getMessage();
      case AccessDeniedException _ -> "no access to " + e.getMessage();
      case FileAlreadyExistsException _ -> "exists already: " + e.getMessage();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
