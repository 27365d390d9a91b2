package dev.millrace.executor.drivers;

import java.util.concurrent.ExecutorService;

class JavaSpawnTest extends SpawnerContract {
  @Override
  Spawner spawner(ExecutorService waiters) {
    return new JavaSpawn(Launcher.session());
  }
}
