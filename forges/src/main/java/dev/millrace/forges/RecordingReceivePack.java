package dev.millrace.forges;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a push: changes refs, then has the changes recorded, and only then reports to git. While it
 * does so no other push changes this repository, so changes are recorded in their order.
 */
final class RecordingReceivePack extends ReceivePack {

  private static final Logger log = LoggerFactory.getLogger(RecordingReceivePack.class);
  private static final int MAX_UPDATES = 256;
  private static final int MAX_REF_NAME = 200;

  private final HostedRepositories repositories;
  private final String id;
  private final GitSmartHttp.PushRecorder recorder;

  RecordingReceivePack(
      HostedRepositories repositories,
      String id,
      Repository repository,
      GitSmartHttp.PushRecorder recorder) {
    super(repository);
    this.repositories = repositories;
    this.id = id;
    this.recorder = recorder;
    setRefLogIdent(new PersonIdent("millrace", "millrace@localhost"));
    setCheckReceivedObjects(true);
    setPreReceiveHook((_, commands) -> refuseStrange(commands));
  }

  private static void refuseStrange(Collection<ReceiveCommand> commands) {
    for (ReceiveCommand command : commands) {
      String ref = command.getRefName();
      if (commands.size() > MAX_UPDATES) {
        command.setResult(
            Result.REJECTED_OTHER_REASON, "more than " + MAX_UPDATES + " refs in one push");
      } else if (!ref.startsWith(HostedRepositories.BRANCHES)
          && !ref.startsWith(HostedRepositories.TAGS)) {
        command.setResult(Result.REJECTED_OTHER_REASON, "only branches and tags can be pushed");
      } else if (ref.length() > MAX_REF_NAME) {
        command.setResult(Result.REJECTED_OTHER_REASON, "the name of the ref is too long");
      }
    }
  }

  @Override
  protected void executeCommands() {
    try {
      repositories.holdingUpdates(
          id,
          () -> {
            super.executeCommands();
            pointHeadSomewhere();
            recordChanges(filterCommands(Result.OK));
            return true;
          });
    } catch (Exception e) {
      log.error("cannot change refs of {}", id, e);
      fail(filterCommands(Result.NOT_ATTEMPTED), "internal server error");
    }
  }

  private void recordChanges(List<ReceiveCommand> done) {
    if (done.isEmpty()) {
      return;
    }
    try {
      recorder.record(done.stream().map(RecordingReceivePack::update).toList());
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      log.error("a push to {} could not be recorded", id, e);
      sendError("the push could not be recorded, so no run was created yet: try again later");
      fail(done, "not recorded, try again");
    }
  }

  private static void fail(List<ReceiveCommand> commands, String why) {
    commands.forEach(command -> command.setResult(Result.REJECTED_OTHER_REASON, why));
  }

  private static RefUpdate update(ReceiveCommand command) {
    return new RefUpdate(
        command.getRefName(), named(command.getOldId()), named(command.getNewId()));
  }

  private static @Nullable String named(ObjectId object) {
    return object.equals(ObjectId.zeroId()) ? null : object.name();
  }

  /** A clone checks out what HEAD names, so HEAD follows the first branch that is pushed. */
  private void pointHeadSomewhere() throws IOException {
    var refs = getRepository().getRefDatabase();
    Ref head = refs.exactRef("HEAD");
    if (head != null && head.getObjectId() != null) {
      return;
    }
    for (ReceiveCommand command : filterCommands(Result.OK)) {
      if (command.getType() == ReceiveCommand.Type.CREATE
          && command.getRefName().startsWith(HostedRepositories.BRANCHES)) {
        getRepository().updateRef("HEAD").link(command.getRefName());
        return;
      }
    }
  }
}
