# The matrix of providers and laws, from the lines that HA.Core.Conformance's ConformanceReport writes.
# expected: words "name:count", how many providers have to be there whose name begins so.
BEGIN { FS = "\t"; width = length("provider") }
{
  if (!($1 in seen)) { seen[$1] = 1; names[++providers] = $1 }
  if (length($1) > width) width = length($1)
  if ($3 + 0 > laws) laws = $3 + 0
  of[$2 + 0] = $5 + 0
  if ($6 == "holds") passed[$1, $2 + 0]++
}
END {
  printf "  %-*s", width, "provider"
  for (law = 1; law <= laws; law++) printf "%7s", "law " law
  printf "\n"
  for (p = 1; p <= providers; p++) {
    printf "  %-*s", width, names[p]
    for (law = 1; law <= laws; law++) {
      held = passed[names[p], law] + 0
      printf "%7s", held "/" (of[law] > 0 ? of[law] : "?")
      if (of[law] == 0 || held != of[law]) broken = broken "\n  not held: " names[p] ", law " law ": " held " of " of[law] + 0 " tests"
    }
    printf "\n"
  }
  n = split(expected, wanted, " ")
  for (i = 1; i <= n; i++) {
    split(wanted[i], part, ":")
    count = 0
    for (p = 1; p <= providers; p++) if (index(names[p], part[1]) == 1) count++
    if (count < part[2] + 0) broken = broken "\n  not reported: " part[1] ", " count " of " part[2]
  }
  if (broken != "") { print broken; exit 1 }
}
