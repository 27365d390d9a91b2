package dev.millrace.bench;

/** One benchmark: measures once, on servers that it starts, and adds its figures. */
interface Benchmark {
  void measure(Figures figures) throws Exception;
}
