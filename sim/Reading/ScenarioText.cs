using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HA.Core.Health;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Reading;

/// <summary>Writes a scenario as the file that <see cref="ScenarioFile"/> reads: what differs from the defaults, nothing else.</summary>
/// <remarks>Keys are the names of the properties; the few that are not are told apart here.</remarks>
internal static class ScenarioText
{
    /// <summary>The text of the file.</summary>
    /// <exception cref="NotSupportedException">Something in it has no key, such as a detector of one's own.</exception>
    internal static string Of(Scenario scenario)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Entries(scenario)) WriteEntry(text, key, value, depth: 0);
        return text.ToString();
    }

    private static void WriteEntry(StringBuilder text, string key, object? value, int depth)
    {
        text.Append(' ', depth * 2).Append(key).Append(':');
        if (value is IEnumerable<Fault> faults)
        {
            text.Append('\n');
            foreach (var fault in faults) text.Append(' ', (depth + 1) * 2).Append(CultureInfo.InvariantCulture, $"- {Flow(fault)}\n");
        }
        else if (IsMap(value) && Entries(value!).Any())
        {
            text.Append('\n');
            foreach (var (name, inner) in Entries(value!)) WriteEntry(text, name, inner, depth + 1);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $" {Flow(value)}\n");
        }
    }

    private static string Flow(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("0.################", CultureInfo.InvariantCulture),
        TimeSpan time => Duration(time),
        string text => Quoted(text),
        Target target => Quoted(target.Text),
        Expectation expectation => Quoted(expectation.Text),
        Enum choice => JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString()),
        Constant constant => Duration(constant.Value),
        Distribution distribution => Map(
            [KeyValuePair.Create<string, object?>("distribution", distribution.GetType().Name.ToLowerInvariant()), .. Described.Parts(distribution)]),
        QuantilePoint point => $"[{Flow(point.Quantile)}, {Flow(point.Value)}]",
        Fault fault => Map([.. RequiredOf(fault), .. Entries(fault).Where(e => !RequiredOf(fault).Any(r => r.Key == e.Key))]),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Flow))}]",
        { } record when IsMap(record) => Map(Entries(record)),
        _ => throw new NotSupportedException($"A scenario file has no words for a value of type {value?.GetType().Name ?? "null"}."),
    };

    private static string Map(IEnumerable<KeyValuePair<string, object?>> entries) =>
        entries.Any() ? $"{{ {string.Join(", ", entries.Select(static e => $"{e.Key}: {Flow(e.Value)}"))} }}" : "{}";

    // A record that a new one is made of with its defaults.
    private static bool IsMap(object? value) =>
        value is not (null or string or Distribution or Target or Expectation or IEnumerable or ValueType)
        && value.GetType().GetConstructor([]) is not null;

    private static IEnumerable<KeyValuePair<string, object?>> Entries(object record)
    {
        foreach (var (name, value) in Described.Changes(record))
        {
            yield return (record, name, value) switch
            {
                (Scenario, nameof(Scenario.Expectations), _) => KeyValuePair.Create("expect", value),
                (HealthOptions, nameof(HealthOptions.Outliers), null) => KeyValuePair.Create<string, object?>("comparePeers", false),
                (HealthOptions, nameof(HealthOptions.FailureShare), null) => KeyValuePair.Create<string, object?>("failureShare", 0),
                _ => KeyValuePair.Create(char.ToLowerInvariant(name[0]) + name[1..], value),
            };
        }
    }

    // Written even if they are what they would be anyway.
    private static IEnumerable<KeyValuePair<string, object?>> RequiredOf(Fault fault)
    {
        yield return KeyValuePair.Create<string, object?>("kind", fault.Kind);
        yield return KeyValuePair.Create<string, object?>("at", fault.At);
        if (fault is ScaleFault scale) yield return KeyValuePair.Create<string, object?>("to", scale.To);
    }

    // In the longest unit that says it exactly.
    private static string Duration(TimeSpan time) => time.Ticks switch
    {
        0 => "0",
        var ticks when ticks % TimeSpan.TicksPerSecond == 0 => Whole(ticks / TimeSpan.TicksPerSecond, "s"),
        var ticks when ticks % TimeSpan.TicksPerMillisecond == 0 => Whole(ticks / TimeSpan.TicksPerMillisecond, "ms"),
        var ticks => (ticks / (decimal)TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture) + "us",
    };

    private static string Whole(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    // Plain words stay plain; whatever YAML might take for something else goes into quotes.
    private static string Quoted(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && char.IsAsciiLetter(text[0])
        && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
