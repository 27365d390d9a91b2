package dev.millrace.gateway;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is there, in the whole installation.
 *
 * @param instances those that live
 * @param leases who holds each of the leases of which there is one, by its name
 * @param unknown why this cannot be told at present; null if it can
 */
public record Instances(
    List<Instance> instances, SortedMap<String, String> leases, @Nullable String unknown) {
  public Instances {
    instances = List.copyOf(instances);
  }

  /**
   * A process.
   *
   * @param id names this life of it
   * @param host the name of its machine
   * @param roles the parts of Millrace that live in it
   */
  public record Instance(
      String id, String version, Instant startedAt, String host, long pid, List<Part> roles) {
    public Instance {
      roles = List.copyOf(roles);
    }
  }

  /**
   * A part in a process.
   *
   * @param address where it listens; empty if nowhere
   */
  public record Part(String role, String address) {}
}
