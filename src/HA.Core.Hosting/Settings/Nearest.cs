namespace HA.Core.Hosting.Settings;

/// <summary>What somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>Completes a message about a name that is not known: the nearest one, if any is near, then all of them.</summary>
    internal static string Of(string name, IEnumerable<string> known)
    {
        var all = known.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase).ToArray();
        if (all.Length == 0) return "None is known.";
        var near = all.MinBy(k => Distance(name, k))!;
        var hint = Distance(name, near) <= Math.Max(2, near.Length / 3) ? $"Did you mean '{near}'? " : "";
        return $"{hint}Known: {string.Join(", ", all)}.";
    }

    // Levenshtein, without regard to case.
    private static int Distance(string from, string to)
    {
        // A name from outside may be of any length; nothing near is that long.
        if (from.Length > 64) return int.MaxValue;
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var change = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1;
                var best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change);
                diagonal = row[j];
                row[j] = best;
            }
        }

        return row[to.Length];
    }
}
