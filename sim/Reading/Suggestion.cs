namespace HA.Core.Sim.Reading;

/// <summary>What somebody may have meant.</summary>
internal static class Suggestion
{
    /// <summary>The end of an error message: the nearest of the known words, or all of them.</summary>
    internal static string For(string word, IEnumerable<string> known, string plural)
    {
        var all = known.ToArray();
        return Nearest(word, all) is { } near ? $"; did you mean '{near}'?" : $"; the {plural} are: {string.Join(", ", all)}";
    }

    /// <summary>The known word that differs least, if it does not differ too much.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known)
    {
        var limit = Math.Max(1, word.Length / 3);
        return known.Select(k => (Word: k, Distance: Distance(word.ToLowerInvariant(), k.ToLowerInvariant())))
            .Where(k => k.Distance <= limit)
            .OrderBy(static k => k.Distance).ThenBy(static k => k.Word, StringComparer.Ordinal)
            .Select(static k => k.Word).FirstOrDefault();
    }

    /// <summary>Letters to insert, delete, replace, or swap with their neighbour (Damerau, optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
