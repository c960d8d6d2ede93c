using System.Reflection;
using System.Text;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

/// <summary>The tables of the page about telemetry are made from the code. HA_APPROVE=1 writes them anew.</summary>
public class TelemetryPageTests
{
    private static readonly string Page = Path.Combine(Files.Root, "docs", "reference", "telemetry.md");

    [Fact]
    public void Page_OfTheInstruments_IsInStep() => Approve("instruments", Table(
        "| instrument | kind, unit | attributes | |", Instruments.All.Select(static i =>
            $"| `{i.Name}` | {KindOf(i.Kind)}, `{i.Unit}` | {string.Join(", ", i.Attributes.Select(static a => $"`{a}`"))} | {i.Description} |")));

    [Fact]
    public void Page_OfTheLog_IsInStep() => Approve("log", Table(
        "| event | level | message |", Events().Select(static e => $"| {e.EventId} | {e.Level} | {e.Message.Replace("|", "\\|", StringComparison.Ordinal)} |")));

    [Fact]
    public void Page_NamesEverySpanAndItsAttributes()
    {
        var page = File.ReadAllText(Page);
        Assert.All(
            (string[])[
                CallTrace.CallName, CallTrace.AttemptName, CallTrace.AttemptCount, CallTrace.EndpointId, CallTrace.ResendCount, CallTrace.StatusCode,
                Instruments.Service, Instruments.Address, Instruments.Port, Instruments.Outcome, Instruments.AttemptKind, Instruments.Error,
                HostingLog.RegistryCategory, HostingLog.HealthCategory, HostingLog.ClientCategory, HostingLog.LifecycleCategory,
                HostingLog.ConfigCategory, HostingLog.AlertsCategory, HostingLog.ControlCategory, HostingLog.SecurityCategory,
            ],
            name => Assert.Contains($"`{name}", page, StringComparison.Ordinal));
    }

    private static IEnumerable<LoggerMessageAttribute> Events() => typeof(HostingLog)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Select(static m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().OrderBy(static e => e.EventId);

    private static string KindOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Counter => "counter",
        InstrumentKind.UpDownCounter => "up-down counter",
        InstrumentKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static string Table(string head, IEnumerable<string> rows)
    {
        var table = new StringBuilder($"{head}\n|{string.Concat(Enumerable.Repeat(" --- |", head.Count(static c => c == '|') - 1))}\n");
        foreach (var row in rows) table.Append(row).Append('\n');
        return table.ToString();
    }

    private static void Approve(string part, string now)
    {
        var page = File.ReadAllText(Page);
        var (begin, end) = ($"<!-- {part}: begin -->\n", $"<!-- {part}: end -->");
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = page.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"telemetry.md has no part '{part}'.");
        if (Environment.GetEnvironmentVariable("HA_APPROVE") == "1") File.WriteAllText(Page, string.Concat(page.AsSpan(0, from), now, page.AsSpan(to)));
        else Assert.True(page[from..to] == now, $"The part '{part}' of telemetry.md is not what the code says. HA_APPROVE=1 writes it anew.");
    }
}
