#!/usr/bin/env bash
# The part of mutants.sh that is about exploring: plants each bug, lets the simulator look for it in 200 seeds, shrinks what it
# finds, and sees whether the saved scenario and the saved test fail with the bug and hold without it.
#
#   mutants-explore.sh TREE FOLDER PATCH...
#
# TREE is a copy of the project to build in. Its caller hands down root, say, header and change. Results are kept in FOLDER, one file for each patch; what is there is not done again.
set -euo pipefail

tree=$1 folder=$2
shift 2
seeds=200
mkdir -p "$folder/dlls" "$folder/found" "$folder/rows" "$folder/logs"
folder=$(cd "$folder" && pwd)
log=$folder/logs/last
bin=$folder/bin
tests=$tree/tests/HA.Core.Simulation.Tests

build() { dotnet build "$tree/$1" --configuration Release --verbosity quiet -p:RunAnalyzers=false "${@:2}" >"$log" 2>&1; }

explore() { timeout 900 dotnet "$bin/ha-sim.dll" explore --seeds "$seeds" --failures 1 --no-coverage-gate "$@" >"$log" 2>&1; }

# A field of the JSON of what was found; of the first finding, which is the only one.
field() { awk -F '[:,]' -v name="$2" '{ gsub(/[ "]/, "", $1); gsub(/[ "]/, "", $2) } $1 == name { print $2; exit }' "$1"; }

# The shipped parts with the bug in them: no patch may touch anything else, so only they are built.
plant() {
  local source
  source=$(change "$1")
  if grep '^+++ ' "$source" | grep -qv '^+++ b/src/HA.Core/'; then echo "touches more than src/HA.Core"; return 1; fi
  if ! (cd "$tree" && git apply "$source" 2>"$log"); then echo "no longer applies"; return 1; fi
  local built=0
  build src/HA.Core -p:GenerateDocumentationFile=false || built=1
  (cd "$tree" && git apply --reverse "$source")
  [ $built = 0 ] || { echo "does not build"; return 1; }
  cp "$tree/artifacts/bin/HA.Core/release/HA.Core.dll" "$2"
}

# Columns: verdict, check, seeds, faults found and left, instances found and left, whether the scenario fails again.
search() {
  local patch=$1 name=$2 verdict status=0
  local found=$folder/found/$name json=$folder/found/$name.json
  rm -rf "$found" "$json"
  if [ ! -e "$folder/dlls/$name.dll" ]; then
    verdict=$(plant "$patch" "$folder/dlls/$name.dll") || { printf '%s\t-\t-\t-\t-\t-\t-\t-\n' "$verdict"; return; }
  fi
  cp "$folder/dlls/$name.dll" "$bin/HA.Core.dll"
  explore --save "$found" --json "$json" || status=$?
  case $status in
    0) printf 'survived\t-\t-\t-\t-\t-\t-\t-\n' ;;
    124) printf 'found\ta run that never ended\t-\t-\t-\t-\t-\t-\n' ;;
    1)
      status=0
      dotnet "$bin/ha-sim.dll" run "$found"/*.yaml --seed "$(field "$json" seed)" >"$log" 2>&1 || status=$?
      printf 'found\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(field "$json" check)" "$(field "$json" seeds)" \
        "$(field "$json" faultsFound)" "$(field "$json" faults)" "$(field "$json" instancesFound)" "$(field "$json" instances)" \
        "$(if [ $status = 1 ]; then echo yes; else echo no; fi)"
      ;;
    *) say "the simulator broke: $(tail -1 "$log")"; printf 'broke\t-\t-\t-\t-\t-\t-\t-\n' ;;
  esac
}

class_of() { echo "Planted_$(echo "$1" | tr -c '[:alnum:]\n' _)"; }

run_tests() { timeout 300 dotnet test "$tests" --no-build --configuration Release --filter "FullyQualifiedName~Explored.$1" >"$log" 2>&1; }

if [ ! -e "$folder/HA.Core.dll" ]; then
  say "building the simulator"
  build sim || { tail -20 "$log" >&2; exit 2; }
  rm -rf "$bin" && cp -r "$tree/artifacts/bin/HA.Core.Sim/release" "$bin"
  say "without a bug: $seeds seeds"
  explore || { tail -20 "$log" >&2; say "exploring fails without any bug"; exit 2; }
  cp "$bin/HA.Core.dll" "$folder/HA.Core.dll"
fi

patches=("$@")
names=()
for patch in "${patches[@]}"; do
  name=$(basename "$patch" .patch)
  names+=("$name")
  [ -s "$folder/rows/$name" ] || search "$patch" "$name" >"$folder/rows/$name"
  say "$name: $(tr '\t' ' ' <"$folder/rows/$name")"
done

# The saved tests, all in one project: each fails with its bug, and none without.
mkdir -p "$tests/Explored"
rm -f "$tests"/Explored/*.cs
saved=()
for name in "${names[@]}"; do
  for test in "$folder/found/$name"/*.cs; do
    [ -e "$test" ] || continue
    sed "s/public sealed class .*/public sealed class $(class_of "$name")/" "$test" >"$tests/Explored/$(class_of "$name").cs"
    saved+=("$name")
  done
done
declare -A failing holding
if [ ${#saved[@]} -gt 0 ]; then
  say "building ${#saved[@]} saved tests"
  build tests/HA.Core.Simulation.Tests || { tail -20 "$log" >&2; exit 2; }
  library=$tree/artifacts/bin/HA.Core.Simulation.Tests/release/HA.Core.dll
  cp "$folder/HA.Core.dll" "$library"
  for name in "${saved[@]}"; do
    if run_tests "$(class_of "$name")"; then holding[$name]=yes; else holding[$name]=no; fi
  done
  for name in "${saved[@]}"; do
    cp "$folder/dlls/$name.dll" "$library"
    if run_tests "$(class_of "$name")"; then failing[$name]=no; else failing[$name]=yes; fi
  done
fi

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

echo "| planted bug | verdict | check | seeds | faults | instances | scenario fails again | test fails, and holds without |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
found=0
for i in "${!names[@]}"; do
  name=${names[$i]}
  IFS=$'\t' read -r verdict check used before after many few replayed <"$folder/rows/$name"
  [ "$verdict" != found ] || found=$((found + 1))
  echo "| $name: $(header "${patches[$i]}" bug) | $verdict | $check | $used | $before to $after | $many to $few | $replayed | ${failing[$name]:--}, ${holding[$name]:--} |"
done
echo
echo "$found of ${#names[@]} found within $seeds seeds ($((found * 100 / ${#names[@]})) %)."
numbers() { for name in "${saved[@]}"; do cut -f "$1" "$folder/rows/$name"; done; }
if [ ${#saved[@]} -gt 0 ]; then
  echo "After shrinking, at the median: $(numbers 5 | median) faults, $(numbers 7 | median) instances; $(numbers 3 | median) seeds until found."
fi
[ "$found" -eq ${#names[@]} ]
