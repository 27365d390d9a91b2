package dev.millrace.storage.entries;

/**
 * What has to be known of an entry file to read it, as its writer told it.
 *
 * @param path of the object
 * @param size of it, in bytes
 * @param indexLength how many of its last bytes are index and footer
 * @param entries how many there are
 * @param first its lowest key
 * @param last its highest key
 */
public record EntryFileInfo(
    String path, long size, int indexLength, long entries, EntryKey first, EntryKey last) {

  /** Whether the key lies between the first and the last one. */
  public boolean mayHave(EntryKey key) {
    return first.compareTo(key) <= 0 && key.compareTo(last) <= 0;
  }
}
