using System.Collections.Immutable;
using System.Text.RegularExpressions;
using HA.Core.Alerting;
using HA.Core.Hosting.Alerts;
using HA.Core.Hosting.Telemetry;
using HA.Core.Registry;

namespace HA.Core.Hosting.Tests;

/// <summary>What Prometheus makes of the instruments when they come by OTLP, and what is wrong with an expression over them.</summary>
internal static partial class PrometheusNames
{
    /// <summary>Labels that do not come from us.</summary>
    private static readonly string[] FromTheCollector = ["job", "instance"];

    private static readonly Dictionary<string, string[]> Values = new(StringComparer.Ordinal)
    {
        [Instruments.Outcome] = [.. Enum.GetValues<CallEnding>().Select(Words.Of), .. Enum.GetValues<OutcomeKind>().Select(Words.Of)],
        [Instruments.AttemptKind] = [.. Enum.GetValues<AttemptKind>().Select(Words.Of)],
        [Instruments.RetryReason] = [.. Enum.GetValues<FailureCause>().Select(Words.Of)],
        [Instruments.EndpointState] = [.. Enum.GetValues<EndpointHealth>().Select(Words.Of)],
        [Instruments.FromState] = [.. Enum.GetValues<EndpointHealth>().Select(Words.Of)],
        [Instruments.ToState] = [.. Enum.GetValues<EndpointHealth>().Select(Words.Of)],
        [Instruments.EjectionReason] = [.. Enum.GetValues<EjectionReason>().Select(Words.Of)],
        [Instruments.ConnectionState] = [.. Enum.GetValues<CatalogOrigin>().Select(Words.Of)],
        [Instruments.RegistrationState] = [.. Enum.GetValues<RegistrationState>().Select(Words.Of)],
        [Instruments.AlertRule] = [.. Enum.GetValues<AlertRule>().Select(WebhookMessage.NameOf)],
        [Instruments.ReloadResult] = ["applied", "rejected"],
        [Instruments.DrainResult] = ["complete", "timeout"],
        [Instruments.DeliveryResult] = ["delivered", "failed", "dropped"],
        [Instruments.ProbeResult] = ["healthy", "unhealthy"],
        [Instruments.RefusalReason] = [.. Enum.GetValues<EntryRefusal>().Select(Words.Of)],
        [Instruments.UpdateKind] = ["added", "removed", "changed", "held"],
    };

    internal static ImmutableSortedDictionary<string, InstrumentInfo> All { get; } =
        Instruments.All.SelectMany(static i => Of(i).Select(name => KeyValuePair.Create(name, i))).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <param name="expression">In PromQL.</param>
    /// <param name="recorded">The series that rules record, with their labels.</param>
    internal static IEnumerable<string> Faults(string expression, IReadOnlyDictionary<string, string[]> recorded)
    {
        var labels = new HashSet<string>(FromTheCollector, StringComparer.Ordinal);
        // Labels that are grouped by look like metrics of ours.
        foreach (Match use in Metric().Matches(By().Replace(expression, "")))
        {
            var name = use.Groups["name"].Value;
            var own = recorded.TryGetValue(name, out var known) ? known : All.TryGetValue(name, out var info) ? LabelsOf(name, info) : null;
            if (own is null)
            {
                yield return $"no instrument is called {name}";
                continue;
            }

            labels.UnionWith(own);
            foreach (Match matcher in Matcher().Matches(use.Groups["labels"].Value))
            {
                var (label, value) = (matcher.Groups["label"].Value, matcher.Groups["value"].Value);
                if (!own.Contains(label, StringComparer.Ordinal)) yield return $"{name} has no label {label}";
                foreach (var fault in FaultsOf(label, value)) yield return fault;
            }
        }

        foreach (Match by in By().Matches(expression))
        {
            foreach (var label in by.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!labels.Contains(label)) yield return $"none of the metrics has a label {label}";
            }
        }
    }

    /// <summary>The labels that a recorded series keeps.</summary>
    internal static string[] Kept(string expression) =>
        [.. By().Matches(expression).SelectMany(static m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> FaultsOf(string label, string value)
    {
        if (value.Length == 0 || value.StartsWith('$')) yield break;
        var attribute = Values.Keys.FirstOrDefault(a => LabelOf(a) == label);
        if (attribute is null) yield break;
        foreach (var one in value.Split('|'))
        {
            if (!Values[attribute].Contains(one, StringComparer.Ordinal)) yield return $"{label} is never {one}";
        }
    }

    private static string[] LabelsOf(string name, InstrumentInfo info)
    {
        string[] le = name.EndsWith("_bucket", StringComparison.Ordinal) ? ["le"] : [];
        return [.. info.Attributes.Select(LabelOf), .. FromTheCollector, .. le];
    }

    private static string LabelOf(string attribute) => attribute.Replace('.', '_');

    private static IEnumerable<string> Of(InstrumentInfo info)
    {
        var name = info.Name.Replace('.', '_');
        var unit = info.Unit == "s" ? "_seconds" : "";
        return info.Kind switch
        {
            InstrumentKind.Histogram => [$"{name}{unit}_bucket", $"{name}{unit}_sum", $"{name}{unit}_count"],
            InstrumentKind.Counter => [$"{name}{unit}_total"],
            // A gauge of unit 1 is called a ratio; what goes up and down by sums is not.
            InstrumentKind.Gauge when info.Unit == "1" => [$"{name}_ratio"],
            _ => [$"{name}{unit}"],
        };
    }

    [GeneratedRegex(@"(?<![a-z0-9_:.""])(?<name>hacore[_:][a-z0-9_:]+)(\{(?<labels>[^}]*)\})?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<label>[a-z_]+)\s*(=~|!~|!=|=)\s*""(?<value>[^""]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\bby\s*\((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex By();
}
