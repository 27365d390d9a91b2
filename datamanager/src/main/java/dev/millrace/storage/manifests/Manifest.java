package dev.millrace.storage.manifests;

/**
 * One generation of a manifest.
 *
 * @param generation from 1 on; a later one has a higher number, but numbers may be left out
 * @param id no other generation of any manifest has it
 */
public record Manifest(long generation, String id, byte[] content) {
  /** What is there before the first generation. */
  public static final Manifest NONE = new Manifest(0, "", new byte[0]);
}
