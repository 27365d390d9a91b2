package dev.millrace.events.run;

/**
 * What runs share of which only one may be running: the path of their group and their name. A
 * partition has all runs of a key, since a group lies in its root group.
 */
public record ConcurrencyKey(String group, String name) {
  public static ConcurrencyKey of(RunSpec spec) {
    return new ConcurrencyKey(spec.group(), spec.name());
  }

  @Override
  public String toString() {
    return group + " " + name;
  }
}
