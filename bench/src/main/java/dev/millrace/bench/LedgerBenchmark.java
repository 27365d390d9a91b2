package dev.millrace.bench;

/** What a one-task run leaves on the run ledger: records and bytes of values. */
final class LedgerBenchmark implements Benchmark {
  @Override
  public void measure(Figures figures) throws Exception {
    throw new UnsupportedOperationException("not written yet");
  }
}
