# The situations of fresh-clone, and what they are made of. Sourced.

# --- what they are made of

# Where JDKs usually are; what is only in this environment has to be told.
java_home=
if ! env -i PATH=/usr/local/bin:/usr/bin:/bin sh -c '. "$0"' "$root/build/find-jdk" 2>/dev/null; then
  java_home=JAVA_HOME=$(. "$root/build/find-jdk"; echo "$JAVA_HOME")
fi

why() { echo "$*" >"$work/why"; echo "fresh-clone: $*"; }
fail() { why "$@"; exit 1; }
skip() { why "$@"; exit 3; }

# Run a command with an environment that holds nothing but this; more variables may come first.
# $front is empty, or what a server is started with.
only() { $front env -i PATH=/usr/local/bin:/usr/bin:/bin $java_home "$@"; }
# Java does not look at HOME: Maven is told.
clean() { only HOME="$home" MAVEN_OPTS="-Duser.home=$home" "$@"; }

# expect CODE COMMAND...: runs it with nothing on its input, shows what it prints, keeps it in $work/out.
expect() {
  code=$1
  shift
  status=0
  "$@" </dev/null >"$work/out" 2>&1 || status=$?
  cat "$work/out"
  [ "$status" = "$code" ] || fail "ended with $status instead of $code: $*: $(tail -n 3 "$work/out")"
}

said() { grep -qF -- "$1" "${2:-$work/out}" || fail "does not say \"$1\": $(tail -n 5 "${2:-$work/out}")"; }

# await SECONDS WHAT COMMAND...: until the command succeeds.
await() {
  left=$(($1 * 5)); what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || fail "not within the time: $what"
    [ -z "${pid:-}" ] || kill -0 "$pid" 2>/dev/null || fail "the server ended: $(tail -n 5 "$up")"
    sleep 0.2
  done
}

# start NAME COMMAND...: starts a server, without a terminal and with its input closed. Its output is
# $up, its process $pid.
start() {
  up=$work/$1.up
  shift
  # In place of the shell that it begins as; and a background process of a script would not hear Ctrl-C.
  front="exec env --default-signal=INT,QUIT setsid"
  "$@" >"$up" 2>&1 <&- &
  front=
  pid=$!
  pids="$pids $pid"
}

# serve NAME COMMAND...: starts a server and waits for the line that says that all is done.
serve() {
  start "$@"
  await 600 "a server that is up" grep -q '^Ctrl-C stops the server' "$up"
  cat "$up"
}

# What Ctrl-C does; the server says so and ends with 0.
interrupt() {
  kill -INT "$pid"
  status=0
  wait "$pid" || status=$?
  [ "$status" = 0 ] || fail "Ctrl-C ended it with $status: $(tail -n 5 "$up")"
  [ "$(tail -n 1 "$up")" = stopped ] || fail "does not say that it stopped: $(tail -n 5 "$up")"
  pid=
}

end_servers() {
  for one in $pids; do
    kill "$one" 2>/dev/null || continue
    wait "$one" 2>/dev/null || true
  done
}

# A demo that has gone as the README shows, in a home of its own.
green_demo() {
  [ -f "$clone/launcher/target/dist/built" ] || fail "the situation \"first\" has to come before"
  name=$1
  shift
  serve "$name" "$@" up --demo
  said 'run demo/1 ended: success' "$up"
}

# Whoever owns the clone that this is run from.
cloned() {
  printf '[safe]\n\tdirectory = *\n' >"$work/gitconfig"
  GIT_CONFIG_GLOBAL=$work/gitconfig git clone --quiet --no-hardlinks "file://$root" "$1"
}

another_home() { home=$work/home-$1; rm -rf "$home"; mkdir -p "$home"; }

finished() { clean "$clone/millrace" run show "$1" -o json </dev/null | grep -q '"phase" : "finished"'; }

# --- the situations

# A client never builds.
unbuilt() {
  rm -rf "$clone" "$home"
  mkdir -p "$home"
  cloned "$clone"
  for command in "run list" "status" "--help"; do
    # shellcheck disable=SC2086
    expect 75 clean "$clone/millrace" $command
    said "nothing is built yet; start a server with: $clone/millrace up"
  done
  [ ! -e "$clone/launcher/target" ] || fail "a client has built something"
  [ -z "$(ls -A "$home")" ] || fail "a client has left $(ls -A "$home")"
}

nothing_of() { ! ps -eo args | grep -v '[g]rep' | grep -qF -- "$1"; }

# signal NAME HOW CODE: sends it to the server (or its build), which ends so, and nothing of the folder NAME runs on.
signal() {
  kill "-$2" "$pid"
  status=0
  wait "$pid" || status=$?
  pid=
  [ "$status" = "$3" ] || fail "$2 ended it with $status: $(tail -n 5 "$up")"
  await 15 "that nothing of $1 runs after $2" nothing_of "$work/$1"
}

# A build ends with the command that began it.
interrupted() {
  another_home interrupted
  settings
  rm -rf "$work/building"
  cloned "$work/building"
  for how in TERM INT KILL; do
    start interrupted clean "$work/building/millrace" up
    await 300 "a build that goes on" grep -q 'Building .*\[1/' "$work/building/target/build.log"
    case $how in TERM) code=143 ;; INT) code=130 ;; *) code=137 ;; esac
    signal building $how $code
    rm "$work/building/target/build.log"
  done
}

# So does the trial start at its end.
killed() {
  another_home killed
  fetched
  rm -rf "$work/trying"
  cp -a "$clone" "$work/trying"
  for how in TERM KILL; do
    touch "$work/trying/launcher/src/main/java/dev/millrace/launcher/Exit.java"
    rm -f "$work/trying/launcher/target/training.log"
    start killed clean "$work/trying/millrace" up
    await 300 "a trial start" grep -q 'is ready' "$work/trying/launcher/target/training.log"
    case $how in TERM) code=143 ;; *) code=137 ;; esac
    signal trying $how $code
  done
}

# The two commands of the README: nothing in the home, nothing in Maven's repository, no identity for git.
first() {
  [ -d "$clone" ] || unbuilt
  settings
  if clean git config user.name; then fail "git has an identity here; what is tried is without"; fi
  started=$(date +%s)
  serve first clean "$clone/millrace" up --demo
  echo "took $(($(date +%s) - started)) s"
  said 'building; this happens once' "$up"
  said 'a sample repository is pushed to the new project demo' "$up"
  said 'run demo/1 ended: success' "$up"
  said "$clone/millrace run approve demo/2 publish" "$up"
  expect 0 clean "$clone/millrace" run approve demo/2 publish
  await 60 "an approved run that ends" finished demo/2
  expect 1 clean "$clone/millrace" run approve demo/2 publish
  said 'millrace: '
  expect 0 clean "$clone/millrace" run show demo/2
  said success
  expect 0 clean "$clone/millrace" run list --output json
  for field in project number name group phase result; do said "\"$field\" : "; done
  [ "$(grep -c '"result" : "success"' "$work/out")" = 2 ] || fail "not two green runs: $(cat "$work/out")"
  interrupt
  expect 69 clean "$clone/millrace" run list
  said "is the server running? $clone/millrace up starts one"
}

# Started again it is as it was left.
again() {
  serve again clean "$clone/millrace" up --demo
  said 'the demo is as you left it' "$up"
  if grep -q 'building;' "$up"; then fail "it was built again"; fi
  expect 0 clean "$clone/millrace" run list --output json
  [ "$(grep -c '"result" : "success"' "$work/out")" = 2 ] || fail "not the two runs: $(cat "$work/out")"
  expect 1 clean "$clone/millrace" up
  said "process $pid"
  interrupt
}

# A build that fails says why and where, and is tried again the next time.
failing() {
  broken=$work/broken
  rm -rf "$broken"
  cloned "$broken"
  another_home failing
  fetched
  echo 'no Java' >>"$broken/launcher/src/main/java/dev/millrace/launcher/Exit.java"
  expect 69 clean "$broken/millrace" up
  said 'Exit.java'
  said "the build failed; all of its output is in $broken/target/build.log"
  expect 75 clean "$broken/millrace" run list
}

# No JDK 25 anywhere: says what to install.
gone() {
  another_home gone
  mkdir -p "$work/nojava"
  for tool in sh readlink dirname basename sed head cat find cksum tr; do
    ln -sf "$(command -v $tool)" "$work/nojava/$tool"
  done
  set -- env -i HOME="$home" PATH="$work/nojava"
  if "$@" sh -c '. "$0"' "$clone/build/find-jdk" 2>/dev/null; then
    bwrap=$(command -v bwrap) || skip "there is a JDK 25 in a usual folder, and no bubblewrap to hide it"
    for folder in /usr/lib/jvm /usr/java /opt; do
      [ ! -d "$folder" ] || set -- --tmpfs "$folder" "$@"
    done
    set -- "$bwrap" --dev-bind / / "$@"
  fi
  expect 69 "$@" "$clone/millrace" up
  said 'needs a JDK 25'
  said 'install one'
}

elsewhere() {
  another_home elsewhere
  cd /
  green_demo elsewhere clean "$clone/millrace"
  cd "$home"
  expect 0 clean "$clone/millrace" run show demo/1
  interrupt
}

# Through a link to a link, and found in PATH by that name.
link() {
  another_home link
  mkdir -p "$home/bin"
  ln -sf "$clone/millrace" "$home/bin/inner"
  ln -sf inner "$home/bin/mill"
  cd "$home"
  green_demo link clean PATH="$home/bin:/usr/local/bin:/usr/bin:/bin" mill
  said 'mill run list' "$up"
  expect 0 clean PATH="$home/bin:/usr/local/bin:/usr/bin:/bin" mill run list
  interrupt
}

# Logs are what was printed, whatever the locale.
locale() {
  another_home locale
  green_demo locale clean LC_ALL=C "$clone/millrace"
  printf '[{"name": "umlaut", "steps": [{"type": "run", "name": "s", "command": "echo Bär; exit 4"}]}]' \
    >"$home/tasks.json"
  expect 3 clean LC_ALL=C "$clone/millrace" run create --from "$home/tasks.json" --project demo --follow
  said 'Bär'
  interrupt
}

# Nothing of a proxy is asked for what is on this machine.
proxies() {
  another_home proxies
  dead=http://127.0.0.1:9
  green_demo proxies clean http_proxy=$dead https_proxy=$dead all_proxy=$dead HTTP_PROXY=$dead \
    HTTPS_PROXY=$dead ALL_PROXY=$dead "$clone/millrace"
  repository=$home/.local/share/millrace/demo
  clean http_proxy=$dead git -C "$repository" -c user.name=n -c user.email=e commit --quiet --allow-empty -m more
  expect 0 clean http_proxy=$dead all_proxy=$dead git -C "$repository" push
  await 60 "runs of the push" clean http_proxy=$dead "$clone/millrace" run show demo/3
  interrupt
}

# A JDK that is too old is first in PATH, and in JAVA_HOME.
oldjdk() {
  old=
  for java in /usr/lib/jvm/*/bin/java; do
    case $("$java" -version 2>&1 | head -n 1) in *'"17.'* | *'"21.'*) old=$(dirname "$(dirname "$java")") ;; esac
  done
  [ -n "$old" ] || skip "there is no JDK 17 or 21 in /usr/lib/jvm"
  another_home oldjdk
  green_demo oldjdk clean PATH="$old/bin:/usr/local/bin:/usr/bin:/bin" JAVA_HOME="$old" "$clone/millrace"
  interrupt
}

# The usual port is taken: up names the flag, the demo takes another and the client finds it.
taken() {
  another_home taken
  # Whoever has the port: this server, or somebody else on this machine.
  start holder clean "$clone/millrace" up --driver dummy --data-dir "$home/holder"
  pid=
  await 60 "a server or its refusal" grep -q '^Ctrl-C stops\|^millrace: ' "$up"
  rm -rf "$home/.config"
  expect 1 clean "$clone/millrace" up
  said 7420
  said --port
  green_demo taken clean "$clone/millrace"
  if grep -q 'is ready: http://127.0.0.1:7420$' "$up"; then fail "the port was not taken"; fi
  expect 0 clean "$clone/millrace" status
  interrupt
}

# HOME empty, and not set at all: the folder of the account, which must be writable.
nohome() {
  another_home nohome
  for way in unset empty; do
    set -- only XDG_DATA_HOME="$home/$way/data" XDG_CONFIG_HOME="$home/$way/config"
    [ $way = unset ] || set -- "$@" HOME=
    green_demo "nohome-$way" "$@" "$clone/millrace"
    expect 0 "$@" "$clone/millrace" run list
    interrupt
  done
}

# On a terminal there are colours, in a pipe there are none.
terminal() {
  command -v script >/dev/null || skip "the command script is missing (Debian: bsdutils)"
  another_home terminal
  green_demo terminal clean "$clone/millrace"
  if grep -q "$(printf '\033')" "$up"; then fail "colours in a file"; fi
  clean TERM=xterm script -qec "'$clone/millrace' run list" /dev/null </dev/null >"$work/out" 2>&1
  grep -q "$(printf '\033')" "$work/out" || fail "no colours on a terminal: $(cat "$work/out")"
  clean TERM=xterm NO_COLOR=1 script -qec "'$clone/millrace' run list" /dev/null </dev/null >"$work/out" 2>&1
  if grep -q "$(printf '\033')" "$work/out"; then fail "colours in spite of NO_COLOR"; fi
  interrupt
}

as_nobody() { clean setpriv --reuid=65534 --regid=65534 --clear-groups env "$@"; }

root_only() {
  [ "$(id -u)" = 0 ] || skip "only root can be somebody else"
  command -v setpriv >/dev/null || skip "the command setpriv is missing (Debian: util-linux)"
}

# Not root: a clone and a home of its own.
nobody() {
  root_only
  another_home nobody
  cp -a "$clone" "$home/clone"
  chown -R 65534:65534 "$home"
  green_demo nobody as_nobody "$home/clone/millrace"
  expect 0 as_nobody "$home/clone/millrace" \
    run approve demo/2 publish
  interrupt
}

# The clone is somebody else's, whom git does not trust.
otherowner() {
  root_only
  another_home otherowner
  cp -a "$clone" "$home/clone"
  chown -R 65534:65534 "$home/clone"
  if clean git -C "$home/clone" status >/dev/null 2>&1; then echo "git does not mind here"; fi
  touch "$home/clone/launcher/src/main/java/dev/millrace/launcher/Exit.java"
  fetched
  serve otherowner clean "$home/clone/millrace" up --demo
  said 'run demo/1 ended: success' "$up"
  said 'building;' "$up"
  interrupt
}

# No right to write to the clone: built or not.
notwritable() {
  root_only
  another_home notwritable
  fetched
  chown -R 65534:65534 "$home"
  set -- as_nobody
  green_demo built "$@" "$clone/millrace"
  interrupt
  rm -rf "$home/.local" "$home/.config" "$work/bare"
  cloned "$work/bare"
  serve notwritable "$@" "$work/bare/millrace" up --demo
  said "no right to write to $work/bare: building a copy in $home/.cache/millrace" "$up"
  said 'run demo/1 ended: success' "$up"
  expect 0 "$@" "$work/bare/millrace" run list
  interrupt
}

# ./test: what is missing fails with CI=true; what is skipped is otherwise listed, with exit 3.
testing() {
  root_only
  another_home testing
  fetched
  without bwrap apt-get
  expect 1 clean PATH="$work/without" CI=true "$clone/test"
  said 'missing on this machine: bubblewrap'
  cp -a "$clone" "$home/clone"
  chown -R 65534:65534 "$home"
  set -- as_nobody "$home/clone/test" -Dquick -pl executor-verticle -am \
    -Dsurefire.failIfNoSpecifiedTests=false
  expect 3 "$@" -Dtest='AsNobodyIT,RefusalTest'
  said 'Skipped:'
  said 'this test needs root, to become somebody else'
  said ' passed, 0 failed, '
  expect 0 "$@" -Dtest=RefusalTest
  said ' passed, 0 failed'
}

# without TOOL...: all tools of this machine but these, in the folder $work/without.
without() {
  rm -rf "$work/without"
  mkdir -p "$work/without"
  for folder in /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
    for tool in "$folder"/*; do
      case " $* " in *" ${tool##*/} "*) ;; *) ln -sf "$tool" "$work/without/" ;; esac
    done
  done
}

# Without mvn: the wrapper fetches one, if this machine may.
wrapper() {
  another_home wrapper
  settings
  without mvn
  if ! clean PATH="$work/without" JAVA_HOME="$(. "$root/build/find-jdk"; echo "$JAVA_HOME")" \
    "$clone/mvnw" -q --version >"$work/out" 2>&1; then
    skip "Maven cannot be fetched here: $(tail -n 1 "$work/out")"
  fi
  cat "$work/out"
}

# As the README says: down, then what it lists and the clone. Nothing else is left.
remove() {
  home=$work/home
  serve remove clean "$clone/millrace" up --demo
  expect 0 clean "$clone/millrace" down
  said 'stopped the server on'
  wait "$pid" || fail "ended with $?"
  pid=
  rm -rf "$home/.local/share/millrace" "$home/.config/millrace" "$home/.cache/millrace" "$clone"
  for fetched in repository discovered-jdk-toolchains-cache.xml wrapper; do rm -rf "$home/.m2/$fetched"; done
  rm -f "$home/.m2/settings.xml" # as it was before
  find "$home" -type d -empty -delete
  [ ! -e "$home" ] || fail "left: $(find "$home" | head -n 20)"
}

# What Maven has to know on this machine, as its user told it; and where it begins if not with nothing.
settings() {
  mkdir -p "$home/.m2"
  if [ -f "${HOME:-/nonexistent}/.m2/settings.xml" ]; then
    cp "$HOME/.m2/settings.xml" "$home/.m2/"
  fi
  if [ -n "$repository" ]; then ln -sfn "$repository" "$home/.m2/repository"; fi
}

# What Maven has fetched in the situation "first".
fetched() {
  [ -d "$work/home/.m2/repository" ] || fail "the situation \"first\" has to come before"
  mkdir -p "$home/.m2"
  cp -aL "$work/home/.m2/." "$home/.m2"
}
