#!/usr/bin/env bash
# Runs every drill against the real servers in full, and prints one table. Takes about an hour; options make it shorter:
#
#   bash eng/soak.sh --registry redis --drill convergence --seed 17 --rounds 1
#   bash eng/soak.sh --write docs/reference/soak.md     # also: --jobs N --ttl SECONDS
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
exec dotnet run --project "$root/tests/HA.Core.Drills" --configuration Release --verbosity quiet -- "$@"
