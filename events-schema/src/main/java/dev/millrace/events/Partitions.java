package dev.millrace.events;

import java.nio.charset.StandardCharsets;

/** Which partition a key belongs to: the one that Kafka's own producers choose (murmur2). */
public final class Partitions {
  private Partitions() {}

  /**
   * The partition of a key among {@code count}. The same as Kafka's default partitioner for a
   * record with this key in UTF-8, so any Kafka client that sets the key hits the right partition.
   */
  public static int of(String key, int count) {
    return (murmur2(key.getBytes(StandardCharsets.UTF_8)) & 0x7fffffff) % count;
  }

  // MurmurHash2 by Austin Appleby with the seed that Kafka uses.
  private static int murmur2(byte[] data) {
    final int m = 0x5bd1e995;
    int h = 0x9747b28c ^ data.length;
    int i = 0;
    for (; i + 4 <= data.length; i += 4) {
      int k =
          (data[i] & 0xff)
              | (data[i + 1] & 0xff) << 8
              | (data[i + 2] & 0xff) << 16
              | (data[i + 3] & 0xff) << 24;
      k *= m;
      k ^= k >>> 24;
      k *= m;
      h = h * m ^ k;
    }
    int left = data.length - i;
    if (left > 2) {
      h ^= (data[i + 2] & 0xff) << 16;
    }
    if (left > 1) {
      h ^= (data[i + 1] & 0xff) << 8;
    }
    if (left > 0) {
      h = (h ^ (data[i] & 0xff)) * m;
    }
    h ^= h >>> 13;
    h *= m;
    return h ^ h >>> 15;
  }
}
