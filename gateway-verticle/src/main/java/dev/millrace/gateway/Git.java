package dev.millrace.gateway;

import dev.millrace.forges.HostedRepositories;
import dev.millrace.http.Targets;

/** Where the hosted repositories are: with exactly one of the gateways of an installation. */
public sealed interface Git {

  /**
   * This gateway has them, and makes runs of what is pushed.
   *
   * @param deliveries where it begins to read deliveries
   */
  record Here(
      HostedRepositories repositories, PipelineEvaluator pipeline, DeliveryStarts deliveries)
      implements Git {}

  /**
   * Another gateway has them: what git asks for is handed on.
   *
   * @param gateway the internal interface of that one
   */
  record Elsewhere(Targets gateway) implements Git {}
}
