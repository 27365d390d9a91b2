package dev.millrace.verification.endtoend;

import dev.millrace.verification.endtoend.Interface.Told;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Requests that are wrong each in its own way, as lines of method, path, body, status, code and
 * message. {@code P} is the id of the project {@code p}.
 */
final class BadRequests {
  private static final String NAMES =
      ": a name is 1 to 40 letters, digits and single dashes inside, and starts with a letter";

  private BadRequests() {}

  /** Of the public interface. */
  static final String PUBLIC =
      """
      GET  | /                                            |  | 404 | not-found | there is nothing at /
      GET  | /api/v1/nothing                              |  | 404 | not-found | there is nothing at /api/v1/nothing
      GET  | /api/v1/projects/                            |  | 404 | not-found | there is nothing at /api/v1/projects/
      GET  | /api/v1/projects/%2e%2e                      |  | 404 | not-found | there is no project ..
      GET  | /api/v1/projects/user%2Fadmin%2F..           |  | 404 | not-found | there is no project user/admin/..
      GET  | /api/v1/projects/..%2F..%2Fetc%2Fpasswd      |  | 404 | not-found | there is no project ../../etc/passwd
      GET  | /api/v1/projects/%C3%28                      |  | 404 | not-found | there is no project \uFFFD(
      POST | /api/v1/projects | {"name": ".."}            | 400 | invalid | a project cannot be called ".."$NAMES
      POST | /api/v1/projects | {"name": "../x"}          | 400 | invalid | a project cannot be called "../x"$NAMES
      POST | /api/v1/projects | {"name": "a--b"}          | 400 | invalid | a project cannot be called "a--b"$NAMES
      POST | /api/v1/projects | {"name": ""}              | 400 | invalid | a project cannot be called ""$NAMES
      POST | /api/v1/projects | {"name": null}            | 400 | invalid | "name" is missing
      POST | /api/v1/projects | {"name": 5}               | 400 | invalid | "name" has to be text, not "5"
      POST | /api/v1/projects | {"name": ["x"]}           | 400 | invalid | "name" has to be text
      POST | /api/v1/projects | {"name": "x", "name": "y"} | 400 | invalid | the body is not JSON: Duplicate Object property "name" (line 1, column 21)
      POST | /api/v1/projects | {"nam": "x"}              | 400 | invalid | unknown field "nam"; did you mean "name"?
      POST | /api/v1/projects | {"name": "x"} x           | 400 | invalid | the body is not JSON: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') (line 1, column 15)
      POST | /api/v1/projects | null                      | 400 | invalid | the body is null
      POST | /api/v1/projects | {"name": "p"}             | 409 | already-exists | there is a project user/admin/p already
      POST | /api/v1/projects | {"name": "x", "owner": "nobody"} | 404 | not-found | there is no user nobody
      POST | /api/v1/projects | {"name": "x", "remote_repository_config_type": "svn"} | 400 | invalid | remote_repository_config_type has to be hosted, not "svn"
      POST | /api/v1/users    | {"name": "admin"}         | 409 | already-exists | there is a user admin already
      POST | /api/v1/users    | {"name": ".."}            | 400 | invalid | a user cannot be called ".."$NAMES
      POST | /api/v1/users    | {"name": "x", "admin": "yes"} | 400 | invalid | "admin" has to be true or false
      POST | /api/v1/users    | {"name": "x", "admin": 1} | 400 | invalid | "admin" has to be true or false, not "1"
      POST | /api/v1/users/admin/tokens | {"name": ".."}  | 400 | invalid | a token cannot be called ".."$NAMES
      DELETE | /api/v1/users/admin      |                 | 409 | wrong-state | admin is the last administrator and cannot be deleted
      POST | /api/v1/projects/p/runs | {}                 | 400 | invalid | a run needs a name
      POST | /api/v1/projects/p/runs | {"runs": [{}]}     | 400 | invalid | a run needs a name
      POST | /api/v1/projects/p/runs | {"runs": [null]}   | 400 | invalid | "runs[0]" is missing
      POST | /api/v1/projects/p/runs | {"name": "x", "runs": [{"name": "y"}]} | 400 | invalid | either the fields of one run, or runs, not both
      POST | /api/v1/projects/p/runs | {"name": "x", "tasks": "a"}   | 400 | invalid | "tasks" has to be a list
      POST | /api/v1/projects/p/runs | {"name": "x", "tasks": [{}]}  | 400 | invalid | "tasks[0].name" is missing
      POST | /api/v1/projects/p/runs | {"name": "x", "tasks": [{"name": "a", "stepz": []}]} | 400 | invalid | unknown field "tasks[0].stepz"; did you mean "steps"?
      POST | /api/v1/projects/p/runs | {"name": "x", "tasks": [{"name": "a", "steps": [{}]}]} | 400 | invalid | "tasks[0].steps[0]" has no type; known: clone, run
      POST | /api/v1/projects/p/runs | {"name": "x", "tasks": [{"name": "a", "steps": [{"type": "nix"}]}]} | 400 | invalid | "tasks[0].steps[0]" has the unknown type "nix"; known: clone, run
      POST | /api/v1/projects/p/runs | {"name": "x", "environment": {"A": 5}} | 400 | invalid | "environment.A" has to be text, not "5"
      POST | /api/v1/projects/p/runs | {"name": "x", "group": "/project/other/x"} | 400 | invalid | the group of a run of project/P starts with /project/P
      GET  | /api/v1/projects/p/runs/0                    |  | 404 | not-found | there is no run 0 of user/admin/p
      GET  | /api/v1/projects/p/runs/one                  |  | 404 | not-found | there is no run one of user/admin/p
      GET  | /api/v1/projects/p/runs/99999999999999999999 |  | 404 | not-found | there is no run 99999999999999999999 of user/admin/p
      POST | /api/v1/projects/p/runs/1/cancel             |  | 409 | wrong-state | run project/P/1 is running, not queued
      DELETE | /api/v1/projects/p/runs/1                  |  | 409 | wrong-state | run project/P/1 is running and has not ended
      DELETE | /api/v1/projects/p/runs/1/logs             |  | 409 | wrong-state | run project/P/1 is running and has not ended
      DELETE | /api/v1/projects/p/runs/1/tasks/talk/logs  |  | 409 | wrong-state | run project/P/1 is running and has not ended
      POST | /api/v1/projects/p/runs/1/tasks/talk/approve |  | 409 | wrong-state | task "talk" of run project/P/1 needs no approval
      POST | /api/v1/projects/p/runs/1/tasks/talk/annotations | {}                                | 400 | invalid | annotations are needed
      POST | /api/v1/projects/p/runs/1/tasks/talk/annotations | {"annotations": {"approvers": "me"}} | 403 | forbidden | the annotation "approvers" is set by approving only
      GET  | /api/v1/projects/p/runs?limit=0              |  | 400 | invalid | limit has to be a number from 1 to 100
      GET  | /api/v1/projects/p/runs?limit=many           |  | 400 | invalid | limit has to be a number from 1 to 100
      GET  | /api/v1/runs?phase=red                       |  | 400 | invalid | phase cannot be "red": it is one of setuperror, queued, cancelled, running, finished
      GET  | /api/v1/runs?text=a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-0-1-2-3-4-5-6 |  | 400 | invalid | text cannot be "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-y-z-0-1-2-3-4-5-6": at most 32 words can be looked for, not 33
      GET  | /api/v1/runs?result=red                      |  | 400 | invalid | result cannot be "red": it is one of unknown, stopped, success, failed
      GET  | /api/v1/runs?before=x                        |  | 400 | invalid | before cannot be "x": a run id is <root group>/<number>
      GET  | /api/v1/projects/p/runs/1/tasks/talk/logs?attempt=0  |  | 400 | invalid | attempt has to be a number from 1 to 2147483647
      GET  | /api/v1/projects/p/runs/1/tasks/talk/logs?from=-1    |  | 400 | invalid | from has to be a number from 0 on
      GET  | /api/v1/projects/p/runs/1/tasks/talk/logs?attempt=9  |  | 404 | not-found | task "talk" of run project/P/1 has no attempt 9
      GET  | /api/v1/projects/p/runs/1/tasks/talk/logs?step=9     |  | 404 | not-found | task "talk" of run project/P/1 has no step 9
      GET  | /api/v1/events?after=x                       |  | 400 | invalid | "x" is not a position in the ledger: <partition>:<offset>, joined by commas
      GET  | /git/user/admin/p.git/info/refs              |  | 403 | forbidden | only git's smart HTTP protocol is spoken here
      GET  | /git/user/admin/nobody.git/info/refs?service=git-upload-pack |  | 404 | not-found | there is no project user/admin/nobody
      GET  | /git/..%2F..%2Fetc.git/info/refs?service=git-upload-pack     |  | 404 | not-found | there is no project ../../etc
      GET  | /git/user/admin/p.git/HEAD                   |  | 404 | not-found | there is nothing at /git/user/admin/p.git/HEAD
      POST | /git/user/admin/p.git/nothing                | x | 404 | not-found | there is nothing at /git/user/admin/p.git/nothing
      POST | /git/user/admin/p.git/git-upload-pack        | x | 415 | invalid | only application/x-git-upload-pack-request is taken here
      POST | /git/user/admin/p.git/git-receive-pack       | x | 415 | invalid | only application/x-git-receive-pack-request is taken here
      """;

  /** Of the run service. */
  static final String RUNSERVICE =
      """
      GET  | /nothing       |  | 404 | not-found | there is nothing at /internal/v1/nothing
      POST | /runs | {}     | 400 | invalid | a root and at least one run are needed
      POST | /runs | {"root": "x", "runs": []} | 400 | invalid | "root": a root group is project/<id> or user/<id>
      POST | /runs | {"root": "project/P", "runs": [{}]} | 400 | invalid | "runs[0].name" is missing
      GET  | /runs?root=x   |  | 400 | invalid | root cannot be "x": a root group is project/<id> or user/<id>
      GET  | /events?run=project/P/99999 |  | 404 | not-found | there is no run project/P/99999
      GET  | /events?run=x  |  | 400 | invalid | "x": a run id is <root group>/<number>
      POST | /claims | {}   | 400 | invalid | a claim needs an attempt (run, task, attempt) and an executor (id, incarnation)
      POST | /claims | {"attempt": {"run": "x"}} | 400 | invalid | "attempt.run": a run id is <root group>/<number>
      POST | /claims | {"attempt": {"run": "project/P/1", "task": "talk", "attempt": 1}, "executor": {"id": "../e", "incarnation": "i"}} | 400 | invalid | "executor.id": an executor id is 1 to 64 letters, digits, '.', '-', '_', starting with a letter or digit
      POST | /claims | {"attempt": {"run": "project/P/1", "task": "talk", "attempt": 1}, "executor": {"id": "e", "incarnation": "i"}} | 403 | forbidden | an executor claims for itself only
      """;

  /** Of the configstore. */
  static final String CONFIGSTORE =
      """
      GET  | /nothing       |  | 404 | not-found | there is nothing at /internal/v1/nothing
      POST | /users | {}    | 400 | invalid | "name" is missing
      POST | /projects | {"name": "x"}     | 400 | invalid | "owner" is missing
      POST | /projects | {"owner": "admin"} | 400 | invalid | "name" is missing
      POST | /projects | {"owner": "nobody", "name": "x"} | 404 | not-found | there is no user nobody
      POST | /projects | {"owner": "admin", "name": ".."} | 400 | invalid | a project cannot be called ".."$NAMES
      """;

  static Stream<DynamicTest> tests(String table, String projectId, Asked asked) {
    return table.lines().map(line -> test(line, projectId, asked));
  }

  private static DynamicTest test(String line, String projectId, Asked asked) {
    String filled = line.replace("$NAMES", NAMES).replace("project/P", "project/" + projectId);
    String[] cells =
        Arrays.stream(filled.split("\\|", 6)).map(String::strip).toArray(String[]::new);
    return Interface.test(
        line.strip().replaceAll(" +", " "),
        Told.problem(Integer.parseInt(cells[3]), cells[4], cells[5]),
        () -> asked.ask(cells[0], cells[1], cells[2]));
  }
}
