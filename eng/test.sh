#!/usr/bin/env bash
# Builds and tests everything. Works from any directory; a step is a function below and a name in the list.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
passed=0
failed=0

steps=(restore build format servers tests matrix tour doctor benchmarks)
# What the laws are held against: a word that the name of a reported provider begins with, and how many versions of it.
providers=(in-memory:5 folder:1 etcd:2 consul:1 redis:2)
export HA_CONFORMANCE_REPORT="$results/conformance"

restore() { dotnet restore "$root/HA.Core.sln" --verbosity quiet; }

# One compiler for all projects, whatever the environment says: each of its own would start cold, which doubles the time.
build() {
  dotnet build "$root/HA.Core.sln" --no-restore --configuration Release -warnaserror --verbosity quiet -p:UseSharedCompilation=true
}

format() { dotnet format "$root/HA.Core.sln" whitespace --verify-no-changes --no-restore && dotnet format "$root/HA.Core.sln" style --verify-no-changes --no-restore; }

# Where the real servers are, for the tests that need them; without one they fail, and its message says why.
servers() {
  local found
  found=$(bash "$root/eng/servers.sh") && eval "$found"
}

# Two projects at a time: those with real servers mostly wait. One that breaks must not hide the results of the others.
tests() {
  printf '%s\0' "$root"/tests/*.Tests/*.csproj | xargs -0 -n 1 -P 2 bash -c '
    dotnet test "$1" --no-build --configuration Release --verbosity quiet --blame-hang-timeout 5m \
      --logger "trx;LogFileName=$(basename "$1" .csproj).trx" --results-directory "$0"' "$results"
}

# Provider x law. A provider that is missing, a test that did not run and one that failed all break the step.
matrix() {
  mkdir -p "$HA_CONFORMANCE_REPORT"
  find "$HA_CONFORMANCE_REPORT" -name '*.tsv' -exec cat {} + | LC_ALL=C sort | awk -v expected="${providers[*]}" -f "$root/eng/matrix.awk"
}

simulate() { dotnet run --project "$root/sim" --configuration Release --no-build -- "$@"; }

tour() { simulate; }

# Every scenario in two processes, one of another build: the same seed has to give the same bytes.
doctor() {
  dotnet build "$root/sim" --no-restore --configuration Debug --verbosity quiet -p:UseSharedCompilation=true
  simulate doctor --other "$root/artifacts/bin/HA.Core.Sim/debug/ha-sim.dll"
}

# That they run, not how fast: that is for people, on a quiet machine.
benchmarks() {
  (cd "$results" && dotnet run --project "$root/bench" --configuration Release --no-build -- smoke >smoke.log 2>&1) \
    || { tail -40 "$results/smoke.log"; return 1; }
  # One in a process of its own, as people measure: BenchmarkDotNet has to find this project and build a program around it.
  (cd "$root" && dotnet run --project bench --configuration Release --no-build -- --filter '*DetectorBenchmark.Control' --job Dry \
    --artifacts "$results/benchmark" >"$results/benchmark.log" 2>&1) || { tail -40 "$results/benchmark.log"; return 1; }
  dotnet run --project "$root/bench" --configuration Release --no-build -- gates --smoke
}

count() {
  local attribute=$1 file sum=0
  for file in "$results"/*.trx; do
    [ -e "$file" ] || continue
    sum=$((sum + $(grep -o "<Counters [^>]*" "$file" | grep -o " $attribute=\"[0-9]*\"" | grep -o '[0-9]\+')))
  done
  echo "$sum"
}

# Every test that did not pass, with the first lines of what it said: last in the output, where a cut log still has it.
failures() {
  local file
  for file in "$results"/*.trx; do
    [ -e "$file" ] || continue
    # The last record holds the summary too, whose outcome is not the test's: only the first tag counts.
    awk -v RS='<UnitTestResult ' -v project="$(basename "$file" .trx)" '
      /^[^>]*outcome="Failed"/ {
        match($0, /testName="[^"]*"/); print "FAILED " project ": " substr($0, RSTART + 10, RLENGTH - 11)
        if (split($0, part, /<\/?Message>/) > 1) { n = split(part[2], line, "\n"); for (i = 1; i <= n && i <= 6; i++) print "    " line[i] }
        if (split($0, part, /<\/?StackTrace>/) > 1) { n = split(part[2], line, "\n"); for (i = 1; i <= n && i <= 3; i++) print "    " line[i] }
      }' "$file"
  done
}

status=0
for step in "${steps[@]}"; do
  echo "== $step"
  started=$SECONDS
  if "$step"; then verdict=done; else verdict=FAILED status=1; fi
  echo "== $step $verdict in $((SECONDS - started)) s"
  # Nothing that follows means anything on a tree that does not build.
  if [ "$status" -ne 0 ] && [[ $step == restore || $step == build ]]; then break; fi
done

passed=$(count passed)
failed=$(count failed)
[ "$failed" -eq 0 ] || failures
if [ "$failed" -ne 0 ] || [ "$passed" -eq 0 ]; then status=1; fi
echo "$passed passed, $failed failed"
exit "$status"
