package dev.millrace.executor.drivers;

import static dev.millrace.executor.drivers.DriverContract.await;

import dev.millrace.executor.drivers.HostSettings.Isolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A process of its own that runs a step which does not end, to be killed or stopped by a test.
 * Arguments: folder, isolation, milliseconds that its lease lasts; in the environment: the token
 * that the step's processes carry.
 */
final class Agent {
  private Agent() {}

  public static void main(String[] args) {
    String token = System.getenv("TOKEN");
    var driver =
        new HostDriver(
            new HostSettings(
                Path.of(args[0]), Isolation.valueOf(args[1]), List.of(), List.of(), Map.of()),
            RandomGenerator.getDefault());
    driver.start();
    driver.holdUntil(Uptime.ofThisMachine().now().plus(Duration.ofMillis(Long.parseLong(args[2]))));
    var workspace = await(driver.prepare());
    var output = new Collected();
    var end =
        workspace.run(
            ProcessDriverContract.script(
                "trap '' TERM; setsid sleep %s & (env -i setsid sleep %s &); echo started; sleep %s"
                    .formatted(token, token, token)),
            output);
    output.awaitSome();
    System.out.println("started");
    await(end);
  }
}
