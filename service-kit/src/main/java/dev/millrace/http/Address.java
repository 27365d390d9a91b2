package dev.millrace.http;

import java.net.URI;
import java.util.List;

/**
 * What is called.
 *
 * @param path below the base of each target
 */
record Address(Targets targets, String path) {

  /** Where it may be, in the order to be tried. */
  List<URI> bases() {
    return targets.inOrder();
  }

  URI at(URI base) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }
}
