package dev.millrace.launcher.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskSpaceTest {
  @TempDir private Path directory;

  @Test
  void whereEnoughIsFreeThereIsNothingToSay() throws Exception {
    assertThat(DiskSpace.of(directory, OptionalLong.of(0)).refusal()).isEmpty();
    long free = Files.getFileStore(directory).getUsableSpace();
    assertThat(DiskSpace.of(directory, OptionalLong.of(free / 2)).refusal()).isEmpty();
  }

  @Test
  void whereTooLittleIsFreeItIsSaidHowMuchAndWhatToDo() throws Exception {
    var space = DiskSpace.of(directory, OptionalLong.of(Long.MAX_VALUE / 2));

    for (int asked = 0; asked < 2; asked++) {
      assertThat(space.refusal())
          .hasValueSatisfying(
              why ->
                  assertThat(why.message())
                      .matches(
                          "only \\d+(\\.\\d)? [MG]iB are free on the disk of \\Q%s\\E, where .*"
                              .formatted(directory))
                      .endsWith(
                          " are kept free: nothing new is taken until there is more"
                              + " (--min-free, or the setting min_free, is another limit)"));
    }
  }

  @Test
  void aTwentiethOfTheDiskIsKeptFreeIfNothingElseIsSaid() throws Exception {
    var disk = Files.getFileStore(directory);
    boolean enough = disk.getUsableSpace() >= Math.max(1L << 30, disk.getTotalSpace() / 20);

    assertThat(DiskSpace.of(directory, OptionalLong.empty()).refusal().isEmpty()).isEqualTo(enough);
  }
}
