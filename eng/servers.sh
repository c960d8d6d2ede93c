#!/usr/bin/env bash
# Finds the servers that the tests need, and the browser that pages are tested in, and prints where they are as lines for the caller's shell:
#
#   eval "$(bash eng/servers.sh redis)"       # also: etcd consul chromium; without a name, all of them
#
# A server is taken from its variable (HA_REDIS_SERVER=/my/redis-server), else from the PATH, else from Debian packages
# unpacked into a folder of ours: nothing is installed, no root is needed, no service starts, the machine's package
# lists stay as they are. Talks on stderr.
set -euo pipefail

wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=(redis etcd consul chromium)
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
    [ ! -x "$folder/$command" ] || found=$folder/$command
  fi
  printf 'export %s=%q\n' "$variable" "$found"
}

# Programs that need what lies beside them, or that are started by another name. They exec, so that the process id is the
# program's own. The link is made last: it is what tells the next caller that all is there.
launcher() {
  local folder=$1 name
  case $2 in
    redis-server)
      for name in redis-server redis-cli; do wrap "$folder" "$name" "usr/bin/$name"; done
      ln -s redis-check-rdb "$folder/usr/bin/redis-server" ;;
    chromium)
      # Its own fonts and no others: a page has the same width everywhere.
      printf '<fontconfig><dir>%s</dir><cachedir>%s</cachedir></fontconfig>\n' "$folder/usr/share/fonts" "$folder/font-cache" >"$folder/fonts.conf"
      wrap "$folder" chromium usr/lib/chromium/chromium-headless-shell
      ln -s chromium-headless-shell "$folder/usr/bin/chromium" ;;
  esac
}

# wrap FOLDER NAME PROGRAM: FOLDER/NAME starts a program with the libraries, and the fonts, that were unpacked with it.
wrap() {
  cat >"$1/$2" <<END
#!/bin/sh
here=\$(dirname "\$0")
for libraries in "\$here"/usr/lib/*-linux-gnu "\$here"/usr/lib/*-linux-gnu/pulseaudio "\$here"/lib/*-linux-gnu; do
  LD_LIBRARY_PATH=\$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH
[ ! -f "\$here/fonts.conf" ] || export FONTCONFIG_FILE="\$here/fonts.conf"
exec "\$here/$3" "\$@"
END
  chmod +x "$1/$2"
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
    chromium)
      # Debian replaces it with each security release, so any that is young enough will do. What it links to is listed, all
      # but the C and C++ libraries, which .NET needs as well: the closure that apt would take is half as large again.
      one HA_CHROMIUM chromium 'Chromium (1[2-9][0-9]|[2-9][0-9][0-9])\.' chromium bookworm \
        chromium-headless-shell chromium-common fonts-dejavu-core libasound2 libasyncns0 libatk1.0-0 libatspi2.0-0 libblkid1 libbrotli1 libbsd0 \
        libcap2 libdav1d6 libdbus-1-3 libdouble-conversion3 libdrm2 libexpat1 libffi8 libflac12 libfontconfig1 libfreetype6 libgbm1 \
        libgcrypt20 libglib2.0-0 libgpg-error0 libgraphite2-3 libharfbuzz-subset0 libharfbuzz0b libjpeg62-turbo liblz4-1 liblzma5 \
        libmd0 libminizip1 libmount1 libmp3lame0 libmpg123-0 libnspr4 libnss3 libogg0 libopenh264-7 libopus0 libpcre2-8-0 \
        libpng16-16 libpulse0 libselinux1 libsndfile1 libsqlite3-0 libsystemd0 libudev1 libvorbis0a libvorbisenc2 libwayland-server0 \
        libx11-6 libxau6 libxcb-randr0 libxcb1 libxcomposite1 libxdamage1 libxdmcp6 libxext6 libxfixes3 libxi6 libxkbcommon0 \
        libxnvctrl0 libxrandr2 libxrender1 libzstd1 zlib1g ;;
    *) say "unknown server '$name'; known: redis etcd consul chromium"; exit 2 ;;
  esac
done
