using System.Text.RegularExpressions;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting.Tests;

public partial class InstrumentTests
{
    [Fact]
    public async Task Meter_PublishesExactlyTheCatalogue()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        using var recorder = new Recorder(factory);
        _ = new HostingMeters(factory);
        var found = recorder.Instruments.Select(static i => $"{i.Name} {i.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal)} {i.Unit} {i.Description}");
        var listed = Instruments.All.Select(static i => $"{i.Name} {i.Kind} {i.Unit} {i.Description}");
        Assert.Equal(listed.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Instruments_All_AreNamedByTheRules() => Assert.All(Instruments.All, static i => Assert.Empty(Faults(i)));

    [Theory]
    [InlineData("hacore.client.retries_total", "Counter", "{retry}")]
    [InlineData("hacore.Client.retries", "Counter", "{retry}")]
    [InlineData("hacore.client.retry", "Counter", "{retry}")]
    [InlineData("hacore.client.retries", "Counter", "{retries}")]
    [InlineData("hacore.client.retries", "Counter", "1")]
    [InlineData("hacore.client.request.duration", "Histogram", "ms")]
    [InlineData("hacore.client.request.duration_seconds", "Histogram", "s")]
    [InlineData("hacore.endpoints.counts", "UpDownCounter", "{endpoint}")]
    [InlineData("client.retries", "Counter", "{retry}")]
    public void Rules_OfABadName_FindIt(string name, string kind, string unit) =>
        Assert.NotEmpty(Faults(new InstrumentInfo(name, Enum.Parse<InstrumentKind>(kind), unit, "Something.", [])));

    [Fact]
    public void Attributes_All_AreNamedByTheRules()
    {
        // Taken over from OpenTelemetry; whatever is our own has our own prefix.
        string[] known = ["service.peer.name", "service.name", "server.address", "server.port", "error.type"];
        Assert.All(
            Instruments.All.SelectMany(static i => i.Attributes).Distinct(StringComparer.Ordinal).Except(known, StringComparer.Ordinal),
            static a => Assert.Matches(Attribute(), a));
    }

    // The rules of OpenTelemetry's semantic conventions for names and units of instruments.
    private static IEnumerable<string> Faults(InstrumentInfo info)
    {
        if (!Name().IsMatch(info.Name)) yield return "not lower case words between dots under our prefix";
        if (Forbidden().IsMatch(info.Name)) yield return "kind or unit in the name";
        if (string.IsNullOrEmpty(info.Description) || !info.Description.EndsWith('.')) yield return "no description";
        var last = info.Name.Split('.')[^1];
        switch (info.Kind)
        {
            case InstrumentKind.Counter:
                // What can be counted is counted in units of itself, in the plural.
                if (!Countable().IsMatch(info.Unit) || PluralOf(info.Unit.Trim('{', '}')) != last) yield return "a counter that does not name what it counts";
                break;
            case InstrumentKind.UpDownCounter:
                if (info.Unit != "1" && !Countable().IsMatch(info.Unit)) yield return "no unit of a level";
                if (last != "status" && !last.StartsWith("active_", StringComparison.Ordinal) && last.EndsWith('s')) yield return "a level in the plural";
                break;
            default:
                if (info.Unit != "s") yield return "a time that is not in seconds";
                break;
        }
    }

    private static string PluralOf(string word) => word.EndsWith('y') ? $"{word[..^1]}ies" : $"{word}s";

    [GeneratedRegex(@"^hacore(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"(^|[._])(total|counter|gauge|histogram|seconds|milliseconds|bytes)($|[._])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"^\{[a-z]+\}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Countable();

    [GeneratedRegex(@"^hacore\.[a-z]+([._][a-z]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attribute();
}
