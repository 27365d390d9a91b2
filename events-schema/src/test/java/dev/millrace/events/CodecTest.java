package dev.millrace.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunCommand;
import dev.millrace.events.run.RunEvent;
import dev.millrace.events.run.TaskSpec;
import dev.millrace.events.run.TaskToken;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CodecTest {
  private static final CommandCodec<RunCommand> COMMANDS = new CommandCodec<>(RunCatalog.COMMANDS);
  private static final LedgerCodec<RunEvent> LEDGER = new LedgerCodec<>(RunCatalog.EVENTS);
  private static final String HEAD =
      "{'id':'c-1','made':'2026-01-02T03:04:05Z','actor':{'kind':'user','id':'u'},'command':";

  @Test
  void aCommandByHandNeedsOnlyWhatMatters() {
    var command =
        COMMANDS.read(
            json(
                HEAD
                    + "{'type':'create-runs','v':1,'root':'project/p','reason':'','runs':[{'name':'ci',"
                    + "'group':'/project/p/branch/main','tasks':[{'name':'t','depends':[{'task':'s'}],"
                    + "'steps':[{'type':'run','name':'x','command':'true'}]}]}]}}"));

    assertThat(command.waited()).isFalse();
    var runs = ((RunCommand.CreateRuns) command.body()).runs();
    TaskSpec task = runs.getFirst().tasks().getFirst();
    assertThat(task.needsApproval()).isFalse();
    assertThat(task.environment()).isEmpty();
    assertThat(task.depends().getFirst().conditions())
        .containsExactly(TaskSpec.Condition.on_success);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'start-rum','v':1} | unknown type start-rum, version 1",
        "{'type':'start-run','v':9} | unknown type start-run, version 9",
        "{'type':'start-run'} | a message has a type (text) and a v (number)",
        "{'type':'start-run','v':1} | start-run: run is missing",
        "{'type':'claim-task','v':1,'attempt':{'run':'project/p/1','attempt':1},'executor':{'id':'e','incarnation':'i'}}"
            + " | claim-task: attempt.task is missing",
        "{'type':'create-runs','v':1,'root':'project/p','reason':'','runs':[{'name':'a','group':'/'},{'group':'/'}]}"
            + " | create-runs: runs[1].name is missing",
        "{'type':'set-task-annotations','v':1,'run':'project/p/1','task':'t','annotations':{'a':null}}"
            + " | set-task-annotations: annotations[a] is missing"
      })
  void whatIsMissingIsNamed(String body, String message) {
    assertThatThrownBy(() -> COMMANDS.read(json(HEAD + body + "}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "null",
        "17",
        "[]",
        "{}",
        "{'command':{}}",
        "{'id':'c-1','command':{'type':'start-run','v':1,'run':'project/p/1'}}",
        "{'id':'c-1','made':'2026-01-02T03:04:05Z','actor':{},'command':{'type':'start-run','v':1,'run':'project/p/1'}}",
        "{'id':'../etc','made':'2026-01-02T03:04:05Z','actor':{'kind':'user','id':'u'},'command':{'type':'start-run','v':1,'run':'project/p/1'}}",
        "{'id':'c-1','made':'soon','actor':{'kind':'user','id':'u'},'command':{'type':'start-run','v':1,'run':'project/p/1'}}",
        "{'id':'c-1','made':'2026-01-02T03:04:05Z','actor':{'kind':'user','id':'u'},'command':{'type':'start-run','v':1,'run':'project/p/0'}}"
            + " and more"
      })
  void whatIsNoCommandIsUnreadable(String text) {
    assertThatThrownBy(() -> COMMANDS.read(json(text))).isInstanceOf(UnreadableException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'v':1,'run':'project/p/1','type':'start-run'}",
        "{'run':'project/p/1','type':'start-run','v':1}",
        "{'type':'start-run','run':'project/p/1','v':1}",
        "{'type':'start-run','v':1,'more':[{'a':{}}],'run':'project/p/1'}"
      })
  void theOrderOfFieldsDoesNotMatter(String body) {
    var expected = new RunCommand.StartRun(RunId.parse("project/p/1"));

    assertThat(COMMANDS.read(json(HEAD + body + "}")).body()).isEqualTo(expected);
    String first = "{'command':" + body + "," + HEAD.substring(1).replace(",'command':", "}");
    assertThat(COMMANDS.read(json(first)).body()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "17",
        "[]",
        "true",
        "{}",
        "{'type':17,'v':1}",
        "{'type':'start-run','v':'1'}",
        "{'v':1}",
        "{'v':1,'type':[]}",
        "{'run':'project/p/1','type':'start-run'}"
      })
  void aBodyWithoutTypeAndVersionIsNoMessage(String body) {
    assertThatThrownBy(() -> COMMANDS.read(json(HEAD + body + "}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("a message has a type (text) and a v (number)");
  }

  @ParameterizedTest
  @CsvSource({"null", "17", "[]", "{}", "{'id':'c-1'}"})
  void whatACommandHasIsTold(String text) {
    assertThatThrownBy(() -> COMMANDS.read(json(text)))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("a command has an id, made, actor and command");
  }

  @Test
  void whatFollowsACommandMakesItUnreadable() {
    String command = HEAD + "{'type':'start-run','v':1,'run':'project/p/1'}}";

    assertThat(COMMANDS.read(json(command))).isNotNull();
    for (String more : List.of(" and more", "{}", " 17", "]")) {
      assertThatThrownBy(() -> COMMANDS.read(json(command + more)))
          .isInstanceOf(UnreadableException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | a message has a type (text) and a v (number)",
        "17 | a message has a type (text) and a v (number)",
        "{'type':'x','v':1} | unknown type x, version 1",
        "{'type':'run-started','v':1} | run-started: run is missing"
      })
  void anEventThatCannotBeReadIsToldOf(String event, String message) {
    assertThatThrownBy(
            () ->
                LEDGER.read(
                    json(
                        "{'kind':'decision','term':'t','n':1,'cause':{'by':'trying','offset':1,"
                            + "'instance':'i'},'at':'2026-01-02T03:04:05Z','outcome':"
                            + "{'status':'accepted','subject':''},'events':["
                            + event
                            + "]}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(message);
  }

  @Test
  void anIncompleteCommandIsNotWritten() {
    @SuppressWarnings("NullAway") // as JSON of others makes it
    var body = new RunCommand.CancelRun(null);

    assertThatThrownBy(() -> COMMANDS.write(Samples.command(body)))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("body.run is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{'kind':'other'}",
        "{'kind':'decision'}",
        "{'kind':'writer-changed','epoch':1}",
        "{'kind':'decision','term':'t','n':1,'cause':{'by':'trying','offset':1,'instance':'i'},"
            + "'at':'2026-01-02T03:04:05Z','outcome':{'status':'accepted','subject':''},'events':[{'type':'x','v':1}]}"
      })
  void whatIsNoLedgerRecordIsUnreadable(String text) {
    assertThatThrownBy(() -> LEDGER.read(json(text))).isInstanceOf(UnreadableException.class);
  }

  @Test
  void timesHaveMilliseconds() {
    assertThat(
            new String(
                COMMANDS.write(Samples.command(new RunCommand.StartRun(Samples.RUN))), UTF_8))
        .isEqualTo(
            "{\"id\":\"c-1\",\"made\":\"2026-01-02T03:04:05.678Z\","
                + "\"actor\":{\"kind\":\"user\",\"id\":\"u81c\"},\"waited\":true,\"expected_revision\":5,"
                + "\"command\":{\"type\":\"start-run\",\"v\":1,\"run\":\"project/4f2a91/7\"}}");
  }

  @Test
  void aLogChunkKeepsItsBytes() {
    byte[] bytes = {0, '\n', -1, '\r', '\n', 7};
    var read =
        LogChunk.read(LogChunk.write(new LogChunk(Samples.ATTEMPT, "i", 2, 99, true, bytes)));

    assertThat(read.bytes()).isEqualTo(bytes);
    assertThat(
            List.of(read.attempt(), read.incarnation(), read.step(), read.position(), read.last()))
        .isEqualTo(List.of(Samples.ATTEMPT, "i", 2, 99L, true));
  }

  @Test
  void anEmptyLogChunkIsOne() {
    var read =
        LogChunk.read(LogChunk.write(new LogChunk(Samples.ATTEMPT, "i", 0, 0, true, new byte[0])));

    assertThat(read.bytes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"''", "abc", "'{}\n'", "'[\nabc'"})
  void whatIsNoLogChunkIsUnreadable(String text) {
    assertThatThrownBy(() -> LogChunk.read(text.getBytes(UTF_8)))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void aTaskTokenIsReadWithItsKeyOnly() {
    byte[] key = "secret".getBytes(UTF_8);
    var token = new TaskToken(Samples.ATTEMPT, "b7Xq02");
    String text = token.sign(key);

    assertThat(text).matches("mrtt_[A-Za-z0-9_.-]+");
    assertThat(TaskToken.verify(key, text)).contains(token);
    assertThat(TaskToken.verify("other".getBytes(UTF_8), text)).isEmpty();
    assertThat(TaskToken.verify(key, text.replace('.', 'A'))).isEmpty();
    assertThat(TaskToken.verify(key, "mrtt_" + text.substring(6))).isEmpty();
    assertThat(TaskToken.verify(key, "mrtt_.")).isEmpty();
    assertThat(TaskToken.verify(key, "")).isEmpty();
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }
}
