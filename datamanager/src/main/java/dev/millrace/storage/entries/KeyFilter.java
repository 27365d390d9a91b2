package dev.millrace.storage.entries;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Tells of most keys that a file has not got that it has not (a Bloom filter): of a hundred such
 * keys about one passes. It has their folders too. Ten bits a key and seven looks are the usual
 * choice for that.
 */
final class KeyFilter {
  private static final int BITS_A_KEY = 10;
  private static final int LOOKS = 7;
  private final byte[] bits;

  /** What {@link #bytes} gave. */
  KeyFilter(byte[] bits) {
    this.bits = bits;
  }

  /** A filter that lets all these keys pass, given by their {@link #hash}. */
  static KeyFilter of(long[] hashes, int count) {
    var filter = new KeyFilter(new byte[Math.ceilDiv(count * BITS_A_KEY, Byte.SIZE)]);
    for (int i = 0; i < count; i++) {
      for (int look = 0; look < LOOKS; look++) {
        int bit = filter.bit(hashes[i], look);
        filter.bits[bit / Byte.SIZE] |= mask(bit);
      }
    }
    return filter;
  }

  boolean mayHave(EntryKey key) {
    return mayHave(hash(key));
  }

  boolean mayHaveFolderOf(EntryKey key) {
    return mayHave(hashOfFolder(key));
  }

  private boolean mayHave(long hash) {
    for (int look = 0; look < LOOKS; look++) {
      int bit = bit(hash, look);
      if ((bits[bit / Byte.SIZE] & mask(bit)) == 0) {
        return false;
      }
    }
    return true;
  }

  /** The looks walk on from one half of the hash by the other (Kirsch and Mitzenmacher). */
  private int bit(long hash, int look) {
    int at = (int) hash + look * ((int) (hash >>> Integer.SIZE) | 1);
    return Integer.remainderUnsigned(at, bits.length * Byte.SIZE);
  }

  private static byte mask(int bit) {
    return (byte) (1 << (bit % Byte.SIZE));
  }

  byte[] bytes() {
    return bits;
  }

  static long hash(EntryKey key) {
    return hash(key.type(), key.id());
  }

  /** As that of a key whose id is the folder, which is none of its entries. */
  static long hashOfFolder(EntryKey key) {
    return hash(key.type(), key.folder());
  }

  /** FNV-1a of both, its bits then mixed as splitmix64 does at its end. */
  private static long hash(String... parts) {
    long hash = 0xcbf29ce484222325L;
    for (String part : parts) {
      for (byte b : part.getBytes(UTF_8)) {
        hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
      }
      hash = (hash ^ 0xff) * 0x100000001b3L; // in no text
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
