package dev.millrace.executor.drivers;

import java.io.IOException;
import java.util.concurrent.ExecutorService;

class PosixSpawnTest extends SpawnerContract {
  @Override
  Spawner spawner(ExecutorService waiters) throws IOException {
    return new PosixSpawn(LibC.linked().orElseThrow(), waiters);
  }
}
