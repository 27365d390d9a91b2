package dev.millrace.executor.drivers;

import java.util.concurrent.ExecutorService;

class PosixSpawnTest extends SpawnerContract {
  @Override
  Spawner spawner(ExecutorService waiters) {
    return new PosixSpawn(LibC.linked().orElseThrow(), waiters);
  }
}
