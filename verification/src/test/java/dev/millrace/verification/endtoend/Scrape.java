package dev.millrace.verification.endtoend;

import dev.millrace.verification.installation.LocalCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/**
 * What a process of the cluster shows of itself to Prometheus at one moment.
 *
 * @param lines without comments
 */
record Scrape(List<String> lines) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /** Fails if the process does not answer. */
  static Scrape of(LocalCluster cluster, String name) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:%d/metrics".formatted(cluster.port(name)));
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    var answer = HTTP.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("%s answered with %d".formatted(uri, answer.statusCode()));
    }
    return new Scrape(answer.body().lines().filter(line -> !line.startsWith("#")).toList());
  }

  /**
   * The sum of what is shown of the metric; 0 if nothing is.
   *
   * @param labels each as {@code area="heap"}; what lacks one of them does not count
   */
  double sum(String metric, String... labels) {
    return lines.stream()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
