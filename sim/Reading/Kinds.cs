using System.Globalization;
using System.Text.Json.Nodes;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>The kinds of values that scenarios are made of.</summary>
internal static class Kinds
{
    private const string DurationPattern = @"^(0|[0-9]+(\.[0-9]+)?(us|ms|s|m|h))$";

    internal static Kind<string> Text { get; } = new ScalarKind<string>(
        "text", static () => new JsonObject { ["type"] = "string" }, static t => (t, true), isText: true);

    internal static Kind<TimeSpan> Duration { get; } = new ScalarKind<TimeSpan>(
        "a duration such as 250us, 10ms, 1.5s or 2m",
        DurationSchema, static t => (DurationText.TryParse(t, out var value) ? value : default, DurationText.TryParse(t, out _)));

    internal static Kind<int> Integer { get; } = new ScalarKind<int>(
        "a whole number", static () => new JsonObject { ["type"] = "integer" },
        static t => (int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0,
            int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)));

    internal static Kind<double> Number { get; } = new ScalarKind<double>(
        "a number", static () => new JsonObject { ["type"] = "number" },
        static t => (double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0, double.IsFinite(value) && HasDigit(t)));

    internal static Kind<bool> Flag { get; } = new ScalarKind<bool>(
        "true or false", static () => new JsonObject { ["type"] = "boolean" }, static t => (t == "true", t is "true" or "false"));

    /// <summary>One of a few words.</summary>
    internal static Kind<T> Choice<T>(params (string Word, T Value)[] choices) => new ScalarKind<T>(
        string.Join(" or ", choices.Select(static c => c.Word)),
        () => new JsonObject { ["enum"] = new JsonArray([.. choices.Select(static c => (JsonNode)c.Word)]) },
        t => Array.Find(choices, c => c.Word == t) is { Word: not null } choice ? (choice.Value, true) : (default!, false),
        isText: true);

    /// <summary>What a parser reads that explains itself by a <see cref="FormatException"/>.</summary>
    internal static Kind<T> Parsed<T>(string wanted, Func<string, T> parse, string? example = null) => new ScalarKind<T>(
        wanted, () => new JsonObject { ["type"] = "string", ["examples"] = new JsonArray(example) }, t => (parse(t), true), isText: true);

    internal static JsonObject DurationSchema() => new()
    {
        ["type"] = new JsonArray("string", "integer"),
        ["pattern"] = DurationPattern,
        ["examples"] = new JsonArray("250us", "10ms", "1.5s", "2m"),
    };

    // "NaN" and "Infinity" are numbers to a parser and to nobody else.
    private static bool HasDigit(string text) => text.Any(char.IsAsciiDigit);
}
