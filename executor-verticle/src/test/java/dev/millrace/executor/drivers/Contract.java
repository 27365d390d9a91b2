package dev.millrace.executor.drivers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the contract of the host driver in this process, whoever it belongs to. */
final class Contract {
  private Contract() {}

  public static void main(String[] args) {
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(
                    selectClass(HostDriverPlainTest.class),
                    selectClass(HostDriverSandboxTest.class))
                .build(),
            listener);
    var summary = listener.getSummary();
    if (summary.getTestsSucceededCount() < 50 || summary.getTotalFailureCount() > 0) {
      var out = new PrintWriter(new OutputStreamWriter(System.out, UTF_8), true);
      summary.printTo(out);
      summary.printFailuresTo(out, 30);
      System.exit(1);
    }
    System.out.println("all passed: " + summary.getTestsSucceededCount());
    System.exit(0);
  }
}
