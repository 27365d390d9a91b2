# Sourced by local-cluster: processes that cannot reach one another, though all of them live. Each has a group id of its
# own, by which iptables knows what it sends. What is cut is dropped, as on a cable that was pulled: nobody hears of it.

# A process has as its group the number of the port that it listens on: no other cluster on this machine has that.
in_own_group() {
  if [ "$(id -u)" = 0 ] && setpriv --regid "$(port "$1")" --clear-groups true 2>/dev/null; then
    echo "setpriv --regid $(port "$1") --clear-groups"
  fi
}

# A chain of this folder's own: nothing else of the machine's rules is touched.
chain() { echo "millrace-$(port kafka-1)"; }

cuts() {
  if [ "$(id -u)" = 0 ] && command -v iptables >/dev/null; then iptables -w -S "$(chain)" 2>/dev/null || true; fi
}

is_cut() { case $cuts in *"--gid-owner $(port "$1") "*) ;; *) return 1 ;; esac }

listeners() { # NAME: the ports that it listens on, with commas between
  sed -n "s/^$1\(-[a-z]*\)\{0,1\} //p" "$dir/ports" | paste -s -d , -
}

drop() { iptables -w -A "$(chain)" -p tcp "$@" -j DROP || fail "iptables refuses to drop $*"; }

cut_off() {
  [ "$(id -u)" = 0 ] || fail "only root can cut off a process"
  for program in iptables setpriv; do
    command -v $program >/dev/null || fail "$program is missing (Debian: iptables, util-linux)"
  done
  for name in $names $others; do
    ! running "$name" || [ "$(ps -o egid= -p "$(cat "$dir/run/$name.pid")" | tr -d ' ')" = "$(port "$name")" ] ||
      fail "$name was started without a group of its own: restart it"
  done
  if [ -z "$(cuts)" ]; then
    iptables -w -N "$(chain)" || fail "iptables makes no chain here"
  fi
  iptables -w -C OUTPUT -o lo -j "$(chain)" 2>/dev/null || iptables -w -A OUTPUT -o lo -j "$(chain)" ||
    fail "iptables does not use the chain $(chain)"
  for name in $names; do
    if [ -z "$others" ]; then
      drop -m owner --gid-owner "$(port "$name")"
      drop -m multiport --dports "$(listeners "$name")"
    fi
    for other in $others; do
      [ "$other" != "$name" ] || continue
      drop -m owner --gid-owner "$(port "$name")" -m multiport --dports "$(listeners "$other")"
      drop -m owner --gid-owner "$(port "$other")" -m multiport --dports "$(listeners "$name")"
    done
  done
  # What was closed with something still to send belongs to nobody any more, and would slip through.
  drop -m owner ! --socket-exists --dport "$(sed -n '1s/.* //p' "$dir/ports"):$(sed -n '$s/.* //p' "$dir/ports")"
}

heal() {
  if [ -n "$(cuts)" ]; then
    iptables -w -D OUTPUT -o lo -j "$(chain)" || say "the chain $(chain) was not used"
    iptables -w -F "$(chain)"
    iptables -w -X "$(chain)"
  fi
}
