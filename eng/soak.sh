#!/usr/bin/env bash
# Compares the simulator with theory in full, a balancer with itself 200 times, and every scenario with itself in a build for
# debugging under three seeds, explores 10 000 random systems, then runs every drill against the real servers, and prints a table
# of each. Takes hours; options are the drills', and leave the others out:
#
#   bash eng/soak.sh --registry redis --drill convergence --seed 17 --rounds 1
#   bash eng/soak.sh theory                             # that alone, some minutes; also: --only NAME,... --seed N
#   bash eng/soak.sh compare                            # that alone: a balancer ties with itself, pairing pays; some minutes
#   bash eng/soak.sh determinism                        # that alone: the same bytes from every process and build; some minutes
#   bash eng/soak.sh explore                            # that alone; also: --seeds N, and what else explore takes
#   bash eng/soak.sh --write docs/reference/soak.md     # also: --jobs N --ttl SECONDS
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

theory() { dotnet run --project "$root/sim" --configuration Release --verbosity quiet -- verify-theory "$@"; }
compare() { dotnet run --project "$root/sim" --configuration Release --verbosity quiet -- verify-compare "$@"; }
determinism() {
  dotnet build "$root/sim" --configuration Debug --verbosity quiet
  dotnet run --project "$root/sim" --configuration Release --verbosity quiet -- \
    doctor --seeds 3 --other "$root/artifacts/bin/HA.Core.Sim/debug/ha-sim.dll" "$@"
}
explore() {
  [[ $# -gt 0 ]] || set -- --seeds 10000
  dotnet run --project "$root/sim" --configuration Release --verbosity quiet -- explore "$@"
}
drills() { dotnet run --project "$root/tests/HA.Core.Drills" --configuration Release --verbosity quiet -- "$@"; }

if [[ ${1:-} == theory || ${1:-} == compare || ${1:-} == determinism || ${1:-} == explore ]]; then
  "$@"
  exit
fi

status=0
if [[ $# -eq 0 ]]; then
  theory || status=$?
  compare || status=$?
  determinism || status=$?
  explore || status=$?
fi
drills "$@" || status=$?
exit "$status"
