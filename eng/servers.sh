#!/usr/bin/env bash
# Finds the servers that the tests need, and prints where they are as lines for the caller's shell:
#
#   eval "$(bash eng/servers.sh redis)"       # also: etcd consul; without a name, all of them
#
# A server is taken from its variable (HA_REDIS_SERVER=/my/redis-server), else from the PATH, else from Debian packages
# unpacked into a folder of ours: nothing is installed, no root is needed, no service starts, the machine's package
# lists stay as they are. Talks on stderr.
set -euo pipefail

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(redis etcd consul)
store=${HA_SERVERS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ha-core/servers}

say() { echo "servers: $*" >&2; }

# What to do by hand when it does not work by itself.
give_up() {
  say "$1"
  say "Install $2 yourself and put it on the PATH, or name it: export $3=/path/to/it"
  exit 1
}

# The machine's own Debian mirror: the first address in its package sources that serves this release.
mirror() {
  local release file
  release=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}") || return 1
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -r "$file" ] || sed -E 's/\[[^]]*\]//' "$file" | awk -v release="$release" '$1 == "deb" && $3 == release { print $2 }'
  done >"$store/mirrors"
  # deb822: a stanza is several lines in any order.
  for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -r "$file" ] || awk -v RS= -v release="$release" '
      { uri = ""; ok = 0; n = split($0, line, "\n")
        for (i = 1; i <= n; i++) {
          m = split(tolower(line[i]), lower, /[ \t]+/); split(line[i], word, /[ \t]+/)
          if (lower[1] == "uris:") uri = word[2]
          if (lower[1] == "suites:") for (j = 2; j <= m; j++) if (word[j] == release) ok += 1
          if (lower[1] == "enabled:" && lower[2] == "no") ok -= 9
        }
        if (ok > 0 && uri != "") print uri }' "$file"
  done >>"$store/mirrors"
  sed -n 1p "$store/mirrors" | grep .
}

# unpack FOLDER SUITE PACKAGE=VERSION...   A state of its own for each suite, so that no suite outranks another.
unpack() {
  local folder=$1 suite=$2 base state package
  shift 2
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
  base=$(mirror) || { say "no Debian mirror in /etc/apt for this release"; return 1; }
  state=$store/apt/$suite
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/parts"
  : >"$state/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $base $suite main" >"$state/sources.list"
  local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$state/sources.list" -o "Dir::Etc::sourceparts=$state/parts"
    -o "Dir::Etc::preferencesparts=$state/parts" -o "Dir::State=$state" -o "Dir::State::lists=$state/lists"
    -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache" -o "Acquire::Languages=none" -o "APT::Sandbox::User="
    -o "Acquire::Retries=2" -o "APT::Update::Post-Invoke=" -o "APT::Update::Post-Invoke-Success=")
  say "fetching $* of $suite"
  "${apt[@]}" update >&2 || return 1
  rm -rf "$folder.new" && mkdir -p "$folder.new/debs"
  (cd "$folder.new/debs" && "${apt[@]}" download "$@" >&2) || return 1
  for package in "$folder.new"/debs/*.deb; do dpkg -x "$package" "$folder.new" || return 1; done
  rm -rf "$folder.new/debs" "$state/lists" "$folder" && mv "$folder.new" "$folder"
}

# have VARIABLE COMMAND VERSION: sets `found` to what the user named, or what the PATH has in this version.
have() {
  found=${!1:-}
  if [ -n "$found" ]; then
    [ -x "$found" ] || give_up "$1 names '$found', which is not a program." "$2" "$1"
    return 0
  fi
  found=$(command -v "$2") && [[ $("$found" --version 2>&1) =~ $3 ]]
}

# one VARIABLE COMMAND VERSION FOLDER SUITE PACKAGE...: prints the line of one server.
one() {
  local variable=$1 command=$2 version=$3 folder=$store/$4
  if ! have "$variable" "$command" "$version"; then
    found=$folder/usr/bin/$command
    if [ ! -x "$found" ]; then
      mkdir -p "$store"
      (flock 9; [ -x "$found" ] || { unpack "$folder" "${@:5}" && launcher "$folder" "$command"; }) 9>"$store/lock" \
        || give_up "could not get $command from Debian's packages." "$command" "$variable"
    fi
    [ "$command" != redis-server ] || found=$folder/redis-server
  fi
  printf 'export %s=%q\n' "$variable" "$found"
}

# Debian's redis-server is another name of redis-check-rdb, and needs libraries that lie beside it. It execs, so that
# the process id is the server's own.
launcher() {
  local folder=$1 name
  [ "$2" = redis-server ] || return 0
  for name in redis-server redis-cli; do
    printf '#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH=$(echo "$here"/usr/lib/*-linux-gnu*) exec "$here/usr/bin/%s" "$@"\n' \
      "$name" >"$folder/$name"
    chmod +x "$folder/$name"
  done
  # Last: it is what tells the next caller that all is there.
  ln -s redis-check-rdb "$folder/usr/bin/redis-server"
}

for name in "${wanted[@]}"; do
  case $name in
    redis)
      one HA_REDIS_SERVER redis-server 'v=([5-9]|[1-9][0-9])' redis bookworm \
        'redis-tools=5:7.0.*' libjemalloc2 liblzf1 libatomic1 libssl3
      server=$found
      have HA_REDIS_CLI redis-cli . || found=$(dirname "$(readlink -f "$server")")/redis-cli
      # For people; the tests do without.
      [ ! -x "$found" ] || printf 'export HA_REDIS_CLI=%q\n' "$found" ;;
    etcd)
      one HA_ETCD etcd 'etcd Version: 3\.4' etcd-3.4 bookworm 'etcd-server=3.4.*'
      one HA_ETCD35 etcd 'etcd Version: 3\.5' etcd-3.5 trixie 'etcd-server=3.5.*' ;;
    consul)
      one HA_CONSUL consul 'Consul v1\.' consul bullseye 'consul=1.8.*' ;;
    *) say "unknown server '$name'; known: redis etcd consul"; exit 2 ;;
  esac
done
