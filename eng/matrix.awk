# The matrix provider x law, from the lines that HA.Core.Conformance's ConformanceReport writes.
# expected: words "name:count", how many providers have to be there whose name begins so.
BEGIN { FS = "\t"; status = 0 }
{
  if (!($1 in seen)) { seen[$1] = 1; names[++columns] = $1 }
  if ($3 + 0 > laws) laws = $3 + 0
  of[$2 + 0] = $5 + 0
  if ($6 == "holds") passed[$1, $2 + 0]++
}
END {
  for (c = 1; c <= columns; c++) if (length(names[c]) > width) width = length(names[c])
  printf "  law"
  for (c = 1; c <= columns; c++) printf "  %*s", width, names[c]
  printf "\n"
  for (law = 1; law <= laws; law++) {
    printf "%5d", law
    for (c = 1; c <= columns; c++) {
      held = passed[names[c], law] + 0
      whole = of[law] > 0 && held == of[law]
      if (!whole) status = 1
      printf "  %*s", width, held " of " (of[law] > 0 ? of[law] : "?") (whole ? "" : " !")
    }
    printf "\n"
  }
  n = split(expected, wanted, " ")
  for (i = 1; i <= n; i++) {
    split(wanted[i], part, ":")
    count = 0
    for (c = 1; c <= columns; c++) if (index(names[c], part[1]) == 1) count++
    if (count < part[2] + 0) { printf "missing: %s, %d of %d reported\n", part[1], count, part[2]; status = 1 }
  }
  exit status
}
