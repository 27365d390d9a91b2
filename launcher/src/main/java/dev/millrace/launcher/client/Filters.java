package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import org.jspecify.annotations.Nullable;

/** Further parameters of a list, as they stand in its address. */
final class Filters {
  private final StringBuilder query = new StringBuilder();

  /** Adds one, unless it is null. */
  Filters add(String name, @Nullable String value) {
    if (value != null) {
      query.append('&').append(name).append('=').append(HttpCaller.segment(value));
    }
    return this;
  }

  @Override
  public String toString() {
    return query.toString();
  }
}
