package dev.millrace.gateway;

import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.http.HttpApi;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What is kept for good. The datamanager does it; here it is said who may ask. */
final class StorageRoutes {

  private final Upstream datamanager;

  StorageRoutes(Upstream datamanager) {
    this.datamanager = datamanager;
  }

  void addTo(HttpApi api) {
    api.on("POST", "/api/v1/checkpoints", this::checkpoint)
        .on("GET", "/api/v1/export", this::export)
        .on("GET", "/api/v1/notes", this::notes);
  }

  private Reply export(Request request) {
    require(request, "export what is kept");
    return Relay.of(
        datamanager.call(request, "GET", "/export"),
        Optional.of("attachment; filename=\"millrace.tar\""));
  }

  private Reply notes(Request request) {
    return Reply.ok(datamanager.call(request, "GET", "/notes").read(JsonNode.class));
  }

  private Reply checkpoint(Request request) {
    request.noBody();
    require(request, "have checkpoints made");
    return Reply.created(
        datamanager.change(request, "POST", "/checkpoints", call -> call.read(JsonNode.class)));
  }

  private static void require(Request request, String what) {
    Caller caller = Caller.of(request);
    caller.require(Action.CARE_FOR_STORAGE, caller.id(), what);
  }
}
