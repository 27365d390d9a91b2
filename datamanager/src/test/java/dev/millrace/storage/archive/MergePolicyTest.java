package dev.millrace.storage.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MergePolicyTest {
  private static final long MIB = 1 << 20;

  @Test
  void eightOfOneSizeBecomeOne() {
    assertThat(merged(7, 7, 7, 7, 7, 7, 7)).isEmpty();
    assertThat(merged(7, 7, 7, 7, 7, 7, 7, 7)).hasValue(0);
    assertThat(merged(64, 7, 7, 7, 7, 7, 7, 7, 7)).hasValue(1);
  }

  @Test
  void aLargeOneIsNotWrittenAgainForTheSakeOfSmallOnes() {
    assertThat(merged(1_000, 7, 7, 7, 7, 7, 7, 7)).isEmpty();
  }

  @Test
  void smallOnesBetweenLargeOnesGoWithThem() {
    assertThat(merged(1, 64, 1, 64, 64, 64, 64, 64, 1)).hasValue(1);
  }

  @Test
  void fullOnesStay() {
    long full = 32 * MIB;
    assertThat(merged(full, full, full, full, full, full, full, full)).isEmpty();
    assertThat(merged(full, full, 1, full, 7, 7)).isEmpty();
  }

  private static OptionalInt merged(long... sizes) {
    List<Long> all = new ArrayList<>();
    for (long size : sizes) {
      all.add(size);
    }
    return MergePolicy.unbounded(32 * MIB).mergedFrom(all);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "100, 1000000", "100000, 100000", "1, 100"})
  void noByteIsWrittenManyTimesAndFilesStayFew(int least, int most) {
    long seed = Long.getLong("merges.seed", System.nanoTime());
    System.out.printf("again with -Dmerges.seed=%d%n", seed);
    var random = new Random(seed);
    List<Long> sizes = new ArrayList<>();
    long added = 0;
    long written = 0;
    for (int flush = 0; flush < 20_000; flush++) {
      long size = random.nextLong(least, most + 1L);
      sizes.add(size);
      added += size;
      written += size;
      for (var first = merge(sizes); first.isPresent(); first = merge(sizes)) {
        List<Long> old = sizes.subList(first.getAsInt(), sizes.size());
        long sum = old.stream().mapToLong(Long::longValue).sum();
        written += sum;
        old.clear();
        for (long left = sum; left > 0; left -= 64 * MIB) {
          sizes.add(Math.min(left, 64 * MIB));
        }
      }
      long unfinished = sizes.stream().filter(one -> one < 32 * MIB).count();
      assertThat(unfinished).isLessThan(60);
    }
    System.out.printf("%.1f bytes written a byte added%n", (double) written / added);
    assertThat((double) written / added).isLessThan(9);
  }

  private static OptionalInt merge(List<Long> sizes) {
    return MergePolicy.unbounded(32 * MIB).mergedFrom(sizes);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "100, 1000000", "1, 100"})
  void whereFilesAreToBeFewTheyAreFewAndStillNoByteIsWrittenManyTimes(int least, int most) {
    long seed = Long.getLong("merges.seed", System.nanoTime());
    System.out.printf("again with -Dmerges.seed=%d%n", seed);
    var random = new Random(seed);
    var policy = new MergePolicy(1L << 40, 19);
    List<Long> sizes = new ArrayList<>();
    long added = 0;
    long written = 0;
    for (int flush = 0; flush < 100_000; flush++) { // a year of one every five minutes
      long size = random.nextLong(least, most + 1L);
      sizes.add(size);
      added += size;
      written += size;
      assertThat(sizes).hasSizeLessThanOrEqualTo(20);
      for (var first = policy.mergedFrom(sizes);
          first.isPresent();
          first = policy.mergedFrom(sizes)) {
        List<Long> old = sizes.subList(first.getAsInt(), sizes.size());
        long sum = old.stream().mapToLong(Long::longValue).sum();
        written += sum;
        old.clear();
        sizes.add(sum);
      }
    }
    System.out.printf("%.1f bytes written a byte added%n", (double) written / added);
    assertThat((double) written / added).isLessThan(14);
  }
}
