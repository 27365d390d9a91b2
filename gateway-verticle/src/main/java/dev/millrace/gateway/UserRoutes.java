package dev.millrace.gateway;

import dev.millrace.events.UserId;
import dev.millrace.events.config.Configuration.User;
import dev.millrace.gateway.core.Permissions.Action;
import dev.millrace.http.Call;
import dev.millrace.http.HttpApi;
import dev.millrace.http.HttpCaller;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Users and their tokens. The configstore decides; here it is said who may ask. */
final class UserRoutes {

  private final ConfigView config;
  private final Upstream configstore;

  UserRoutes(ConfigView config, Upstream configstore) {
    this.config = config;
    this.configstore = configstore;
  }

  /** Who is signed in. */
  record Me(String id, String name, boolean admin, Instant createdAt) {}

  /** A user to be. */
  record NewUser(@Nullable String name, boolean admin) {}

  /** A token to be. */
  record NewToken(@Nullable String name) {}

  void addTo(HttpApi api) {
    api.on("GET", "/api/v1/user", UserRoutes::me)
        .on("GET", "/api/v1/users", this::list)
        .on("POST", "/api/v1/users", this::create)
        .on("DELETE", "/api/v1/users/:name", this::delete)
        .on("GET", "/api/v1/users/:name/tokens", this::tokens)
        .on("POST", "/api/v1/users/:name/tokens", this::createToken)
        .on("DELETE", "/api/v1/users/:name/tokens/:token", this::deleteToken);
  }

  private static Reply me(Request request) {
    User user = Caller.of(request).user();
    return Reply.ok(new Me(user.id().value(), user.name(), user.admin(), user.createdAt()));
  }

  private Reply list(Request request) {
    require(request, Action.LIST_USERS, "list users");
    return Reply.ok(configstore.call(request, "GET", "/users").read(JsonNode.class));
  }

  private Reply create(Request request) {
    require(request, Action.CREATE_USER, "create users");
    NewUser wanted = request.json(NewUser.class);
    return Reply.created(
        configstore.change(
            request, "POST", "/users", call -> call.json(wanted).read(JsonNode.class)));
  }

  private Reply delete(Request request) {
    request.noBody();
    require(request, Action.DELETE_USER, "delete users");
    String name = request.param("name");
    configstore.change(request, "DELETE", path(name), UserRoutes::sent);
    return Reply.empty();
  }

  private Reply tokens(Request request) {
    String name = own(request, "see the tokens of other users");
    return Reply.ok(configstore.call(request, "GET", path(name) + "/tokens").read(JsonNode.class));
  }

  private Reply createToken(Request request) {
    String name = own(request, "create tokens for other users");
    NewToken wanted = request.json(NewToken.class);
    return Reply.created(
        configstore.change(
            request,
            "POST",
            path(name) + "/tokens",
            call -> call.json(wanted).read(JsonNode.class)));
  }

  private Reply deleteToken(Request request) {
    request.noBody();
    String name = own(request, "delete tokens of other users");
    String token = request.param("token");
    configstore.change(
        request, "DELETE", path(name) + "/tokens/" + HttpCaller.segment(token), UserRoutes::sent);
    return Reply.empty();
  }

  static boolean sent(Call call) {
    call.send();
    return true;
  }

  /** The user that the path names; whether it exists is told only to those who may know. */
  private String own(Request request, String what) {
    String name = request.param("name");
    User user = config.now().userByName(name);
    if (user == null && Caller.of(request).user().admin()) {
      throw ProblemException.notFound("there is no user " + name);
    }
    UserId owner = user == null ? null : user.id();
    if (owner == null) {
      throw ProblemException.forbidden("you may not " + what);
    }
    Caller.of(request).require(Action.MANAGE_TOKENS, owner, what);
    return name;
  }

  private static void require(Request request, Action action, String what) {
    Caller caller = Caller.of(request);
    caller.require(action, caller.id(), what);
  }

  private static String path(String name) {
    return "/users/" + HttpCaller.segment(name);
  }
}
