package dev.millrace.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the figures of several rounds and prints the median of each: name, value, unit. */
final class Figures {
  private record Figure(String unit, List<Double> values) {}

  private final Map<String, Figure> figures = new LinkedHashMap<>();

  void add(String name, double value, String unit) {
    System.err.printf(Locale.ROOT, "  %s %.2f %s%n", name, value, unit);
    figures.computeIfAbsent(name, _ -> new Figure(unit, new ArrayList<>())).values().add(value);
  }

  /** One tab-separated line a figure. */
  void print(PrintStream out) {
    figures.forEach(
        (name, figure) ->
            out.println(
                String.format(
                    Locale.ROOT, "%s\t%.2f\t%s", name, median(figure.values()), figure.unit())));
  }

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
