package dev.millrace.configstore;

import dev.millrace.bus.ledger.Answer;
import dev.millrace.bus.ledger.CommandGate;
import dev.millrace.bus.ledger.CommandGate.UnansweredException;
import dev.millrace.bus.ledger.LedgerView;
import dev.millrace.events.Actor;
import dev.millrace.events.Command;
import dev.millrace.events.CommandId;
import dev.millrace.events.Outcome;
import dev.millrace.events.config.ConfigCommand;
import dev.millrace.events.config.ConfigEvent;
import dev.millrace.events.config.Configuration;
import dev.millrace.events.config.Configuration.User;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** Lets the first person in. */
public final class Bootstrap {
  /** What the first administrator is called. */
  public static final String ADMINISTRATOR = "admin";

  private static final Actor SELF = Actor.system("bootstrap");
  private static final int ID_DIGITS = 32;
  // A broker that has just started on a slow disk may leave the first ones unanswered.
  private static final int TRIES = 6;

  private final CommandGate<ConfigCommand> gate;
  private final LedgerView<Configuration, ConfigEvent> view;
  private final InstantSource clock;
  private final Duration patience;

  /**
   * Works on the configuration of this ledger.
   *
   * @param patience how long each of two commands may take before it is asked for again; {@value
   *     #TRIES} times this is what each may take at most
   */
  public Bootstrap(
      CommandGate<ConfigCommand> gate,
      LedgerView<Configuration, ConfigEvent> view,
      InstantSource clock,
      Duration patience) {
    this.gate = gate;
    this.view = view;
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Makes sure that an administrator can sign in: if none can, {@value #ADMINISTRATOR} can from now
   * on, with this token. It may be called again, with the same token, after it was interrupted
   * anywhere, so whoever calls it writes the token down before.
   *
   * @param token see {@link Tokens#of}
   * @return whether this token signs an administrator in
   */
  public boolean ensureAdministrator(String token) throws InterruptedException {
    String hash = Tokens.hash(token);
    if (!anyCanSignIn()) {
      User user = state().userByName(ADMINISTRATOR);
      if (user == null) {
        submit(
            "bootstrap-user-" + hash.substring(0, ID_DIGITS),
            new ConfigCommand.CreateUser(ADMINISTRATOR, true));
        user = state().userByName(ADMINISTRATOR);
      }
      if (user != null && user.admin()) {
        submit(
            "bootstrap-token-" + hash.substring(0, ID_DIGITS),
            new ConfigCommand.CreateToken(user.id(), "bootstrap", hash));
      }
    }
    User user = state().userByTokenHash(hash);
    return user != null && user.admin();
  }

  private boolean anyCanSignIn() {
    return state().users().values().stream()
        .anyMatch(user -> user.admin() && !user.tokens().isEmpty());
  }

  private Configuration state() {
    return view.state(0);
  }

  private void submit(String id, ConfigCommand body) throws InterruptedException {
    var command = new Command<>(new CommandId(id), clock.instant(), SELF, true, null, body);
    Answer answer = answer(command, TRIES);
    // Another instance may have been faster; whether the token is good is looked up at the end.
    if (answer.outcome() instanceof Outcome.Rejected(var code, var message)
        && code != Outcome.Code.ALREADY_EXISTS) {
      throw new IllegalStateException("no administrator could be made: " + message);
    }
  }

  private Answer answer(Command<ConfigCommand> command, int tries) throws InterruptedException {
    try {
      return gate.submit(command, patience).toCompletableFuture().get();
    } catch (ExecutionException e) {
      Throwable why = Objects.requireNonNullElse(e.getCause(), e);
      if (why instanceof UnansweredException && tries > 1) {
        return answer(command, tries - 1);
      }
      throw new IllegalStateException("no administrator could be made: " + why.getMessage(), why);
    }
  }
}
