using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace HA.Core.Hosting.Tests;

/// <summary>Rules and dashboards name what the code measures, and nothing else.</summary>
public partial class OpsFilesTests
{
    private static readonly Rule[] Rules = ReadRules();
    private static readonly Dictionary<string, string[]> Recorded =
        Rules.Where(static r => r.Record is not null).ToDictionary(static r => r.Record!, static r => PrometheusNames.Kept(r.Expr), StringComparer.Ordinal);

    [Fact]
    public void Rules_All_NameWhatIsMeasured()
    {
        Assert.InRange(Rules.Length, 15, 50);
        Assert.All(Rules, static r => Assert.Empty(PrometheusNames.Faults(r.Expr, Recorded)));
    }

    [Fact]
    public void Alerts_All_SayHowLongHowBadAndWhatToDo()
    {
        var readme = File.ReadAllText(Path.Combine(Files.Root, "ops", "README.md"));
        Assert.All(Rules.Where(static r => r.Alert is not null), rule =>
        {
            Assert.Contains(rule.Labels["severity"], (string[])["warning", "critical"]);
            Assert.NotEmpty(rule.Annotations["summary"]);
            Assert.NotEmpty(rule.Annotations["description"]);
            Assert.Equal($"ops/README.md#{rule.Alert!.ToLowerInvariant()}", rule.Annotations["runbook_url"]);
            Assert.Contains($"\n### {rule.Alert}\n", readme, StringComparison.Ordinal);
            // What is looked for within a stretch of time has its time there.
            Assert.True(rule.For is not null || rule.Expr.Contains("increase(", StringComparison.Ordinal), rule.Alert);
            // Labels that a sentence names must be among those that the expression keeps.
            Assert.All(Mentioned().Matches(string.Join(' ', rule.Annotations.Values)), m => Assert.Contains(
                m.Groups["label"].Value, Recorded.TryGetValue(rule.Expr.Split(' ')[0], out var kept) ? kept : PrometheusNames.Kept(rule.Expr)));
        });
        var headings = Heading().Matches(readme).Select(static m => m.Groups["name"].Value);
        Assert.Equal(Rules.Select(static r => r.Alert).OfType<string>().Order(StringComparer.Ordinal), headings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Dashboard_EveryPanel_NamesWhatIsMeasured()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Files.Root, "ops", "grafana", "ha-core.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        string[] expressions =
        [
            .. panels.SelectMany(static p => p.GetProperty("targets").EnumerateArray()).Select(static t => t.GetProperty("expr").GetString()!),
            .. dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
                .Where(static v => v.GetProperty("type").GetString() == "query").Select(static v => v.GetProperty("query").GetString()!),
        ];
        Assert.InRange(expressions.Length, 15, 100);
        Assert.All(expressions, static e => Assert.Empty(PrometheusNames.Faults(e, Recorded)));
        Assert.All(expressions, static e => Assert.Contains("hacore", e, StringComparison.Ordinal));
        // Panels lie side by side, and none on another.
        Assert.Distinct(panels.Select(static p => p.GetProperty("gridPos")).Select(static g => (g.GetProperty("x").GetInt32(), g.GetProperty("y").GetInt32())));
    }

    [Theory]
    [InlineData("hacore_client_retries")]
    [InlineData("hacore_panic_status{hacore_state=\"panic\"}")]
    [InlineData("sum by (hacore_ejection_reason) (hacore_panic_status)")]
    [InlineData("hacore_endpoint_count{hacore_endpoint_state=~\"healthy|gone\"}")]
    [InlineData("hacore:nothing:ratio > 1")]
    public void Faults_OfAWrongExpression_AreFound(string expression) => Assert.NotEmpty(PrometheusNames.Faults(expression, Recorded));

    [Fact]
    public void Instruments_All_AreOnTheDashboardOrInARule()
    {
        var all = File.ReadAllText(Path.Combine(Files.Root, "ops", "grafana", "ha-core.json")) + string.Join('\n', Rules.Select(static r => r.Expr));
        // Restarts of a watch and changes of a registration are told by the states that they lead to.
        string[] elsewhere = ["hacore_registry_watch_restarts_total", "hacore_registration_changes_total"];
        var missing = PrometheusNames.All.GroupBy(static n => n.Value).Where(names => !names.Any(n => all.Contains(n.Key, StringComparison.Ordinal)))
            .Select(static names => names.First().Key);
        Assert.Equal(elsewhere.Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
    }

    private static Rule[] ReadRules()
    {
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, List<Dictionary<string, object>>>>(
            File.ReadAllText(Path.Combine(Files.Root, "ops", "prometheus", "ha-core.rules.yml")));
        return [.. file["groups"].SelectMany(static g => (List<object>)g["rules"]).Cast<Dictionary<object, object>>().Select(static r => new Rule(
            Text(r, "record"), Text(r, "alert"), Text(r, "expr")!, Text(r, "for"), Texts(r, "labels"), Texts(r, "annotations")))];
    }

    private static string? Text(Dictionary<object, object> rule, string key) => rule.GetValueOrDefault(key) as string;

    private static Dictionary<string, string> Texts(Dictionary<object, object> rule, string key) =>
        rule.TryGetValue(key, out var all) ? ((Dictionary<object, object>)all).ToDictionary(static p => (string)p.Key, static p => (string)p.Value, StringComparer.Ordinal) : [];

    [GeneratedRegex(@"\$labels\.(?<label>[a-z_]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mentioned();

    [GeneratedRegex("^### (?<name>[A-Za-z]+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    private sealed record Rule(
        string? Record, string? Alert, string Expr, string? For, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);
}
