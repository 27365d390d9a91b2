package dev.millrace.executor.drivers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test needs of the machine: in CI it has to be there, elsewhere the test is skipped. */
final class Needs {
  private Needs() {}

  static void bubblewrap() {
    program("bwrap", "bubblewrap");
  }

  static void program(String name, String debianPackage) {
    if (Programs.find(name, HostSettings.DEFAULT_PATH).isEmpty()) {
      missing(name + " is missing: apt-get install " + debianPackage);
    }
  }

  static void root() {
    if (!"root".equals(System.getProperty("user.name"))) {
      missing("this test needs root, to become somebody else");
    }
  }

  private static void missing(String what) {
    if ("true".equals(System.getenv("CI"))) {
      fail(what);
    }
    abort(what);
  }
}
