package dev.millrace.forges;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/**
 * Says that nothing is available only at its end, and waits to know that. JGit asks this when a
 * pack has reached its limit, and would take a pause of the network for the end of the pack.
 */
final class Lookahead extends PushbackInputStream {

  Lookahead(InputStream in) {
    super(in, 1);
  }

  @Override
  public int available() throws IOException {
    int known = super.available();
    if (known > 0) {
      return known;
    }
    int next = read();
    if (next < 0) {
      return 0;
    }
    unread(next);
    return 1;
  }
}
