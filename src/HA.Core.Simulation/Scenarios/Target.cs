using System.Collections.Immutable;
using System.Globalization;

namespace HA.Core.Simulation.Scenarios;

/// <summary>
/// Which instances: <c>all</c>, <c>one</c>, <c>half</c>, a share such as <c>40%</c>, a zone such as <c>zone:a</c>, or ids
/// separated by commas. Shares and <c>one</c> are drawn by the seed, among the instances that run at that moment. Of a
/// service behind the one that clients call: <c>all of stock</c>, <c>40% of stock</c>, <c>stock-1 of stock</c>.
/// </summary>
public sealed record Target
{
    private Target(string text, double? share, string? zone, ImmutableArray<string> ids)
    {
        Text = text;
        Share = share;
        Zone = zone;
        Ids = ids;
    }

    private Target(string text, Target which) : this(text, which.Share, which.Zone, which.Ids) { }

    /// <summary>Every instance.</summary>
    public static Target All { get; } = Parse("all");

    /// <summary>One instance.</summary>
    public static Target One { get; } = Parse("one");

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Share of the instances; 0 means one. Null if they are named.</summary>
    internal double? Share { get; }

    internal string? Zone { get; }

    internal ImmutableArray<string> Ids { get; }

    /// <summary>The service whose instances are meant; null for the one that clients call.</summary>
    internal string? Service { get; private init; }

    /// <summary>Reads a target.</summary>
    /// <exception cref="FormatException">It is none; the message says what would be.</exception>
    public static Target Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = text.Trim();
        if (word.Split(" of ", 2, StringSplitOptions.TrimEntries) is [var which, { Length: > 0 } service])
            return new Target(word, Parse(which)) { Service = service };
        switch (word)
        {
            case "all": return new Target(word, 1, null, []);
            case "half": return new Target(word, 0.5, null, []);
            case "one": return new Target(word, 0, null, []);
        }

        if (word.EndsWith('%')
            && double.TryParse(word.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and <= 100)
        {
            return new Target(word, percent / 100, null, []);
        }

        if (word.StartsWith("zone:", StringComparison.Ordinal) && word.Length > 5) return new Target(word, null, word[5..], []);
        var ids = word.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToImmutableArray();
        return !ids.IsEmpty && ids.All(static id => id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            ? new Target(word, null, null, ids)
            : throw new FormatException(
                $"'{text}' is no target. Use all, one, half, a share such as 40%, zone:NAME, "
                + "or instance ids such as orders-1,orders-2.");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
