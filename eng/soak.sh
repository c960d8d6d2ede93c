#!/usr/bin/env bash
# Compares the simulator with theory in full, then runs every drill against the real servers, and prints a table of each.
# Takes about an hour; options are the drills', and leave theory out:
#
#   bash eng/soak.sh --registry redis --drill convergence --seed 17 --rounds 1
#   bash eng/soak.sh theory                             # that alone, some minutes; also: --only NAME,... --seed N
#   bash eng/soak.sh --write docs/reference/soak.md     # also: --jobs N --ttl SECONDS
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

theory() { dotnet run --project "$root/sim" --configuration Release --verbosity quiet -- verify-theory "$@"; }
drills() { dotnet run --project "$root/tests/HA.Core.Drills" --configuration Release --verbosity quiet -- "$@"; }

if [[ ${1:-} == theory ]]; then
  theory "${@:2}"
  exit
fi

status=0
[[ $# -gt 0 ]] || theory || status=$?
drills "$@" || status=$?
exit "$status"
