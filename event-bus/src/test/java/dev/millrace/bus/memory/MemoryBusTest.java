package dev.millrace.bus.memory;

import dev.millrace.bus.Bus;

final class MemoryBusTest extends OnMemory {
  private final Bus bus = anotherBus();

  @Override
  public Bus bus() {
    return bus;
  }
}
