using System.Text.RegularExpressions;
using System.Xml.Linq;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Pages;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Pages;

public sealed partial class RunPageTests
{
    private const int Patience = 60_000;
    private const string Hostile = "</script><script>alert('x')</script><img src=x onerror=alert(1)>\"&";

    private static readonly Scenario Crash = Scenes.With(
        new CrashFault { At = Scenes.Seconds(5), For = Scenes.Seconds(8), Target = Target.Parse("orders-1") }) with
    {
        Title = "One of three is killed.",
        Expectations = [Expectation.Parse("failed <= 0")],
    };

    [Fact]
    public void Sections_OfARun_StandInTheirOrder() => Assert.Equal(
        [
            "What went wrong", "Truth against belief", "Where the load went", "Where it waited", "How long calls took",
            "How calls were spread", "What became of calls", "Attempts and retries", "What had to hold", "What was not modelled",
            "What it was made of",
        ],
        Headings().Matches(PageOf(Crash)).Select(static m => m.Groups["text"].Value));

    [Fact]
    public void Verdict_ThatHolds_ComesFirstWithItsReplay()
    {
        var page = PageOf(Crash, new RunPageOptions { Replay = "sim run crash --seed 1" });
        var head = page[page.IndexOf("<main>", StringComparison.Ordinal)..page.IndexOf("<section", StringComparison.Ordinal)];

        Assert.Contains("✓ pass", head, StringComparison.Ordinal);
        Assert.Contains("<code>sim run crash --seed 1</code>", head, StringComparison.Ordinal);
        Assert.Contains("At 5 s, orders-1: crash for 8 s; noticed in", head, StringComparison.Ordinal);
        Assert.Contains("Callers saw no error", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_ThatFails_NamesWhatBroke()
    {
        var page = PageOf(Crash with { Expectations = [Expectation.Parse("calls <= 1")] });
        var head = page[..page.IndexOf("<section", StringComparison.Ordinal)];

        Assert.Contains("✗ fail", head, StringComparison.Ordinal);
        Assert.Contains("<code>calls &lt;= 1</code>", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfTheSameRun_HasTheSameBytesInAnyCulture()
    {
        var page = PageOf(Crash);
        var report = Kept(Crash);
        using var foreign = new ForeignCulture();

        Assert.Equal(page, RunPage.Of(report));
    }

    [Fact]
    public void Page_OfAnotherSeed_Differs() => Assert.NotEqual(PageOf(Crash), PageOf(Crash, seed: 2));

    [Fact]
    public void HostileNames_Anywhere_StayText()
    {
        var scenario = Crash with
        {
            Name = Hostile,
            Title = Hostile,
            // Names of services are held to an alphabet; names of zones are not.
            Service = new ServiceModel { Zones = [Hostile] },
            Faults = [new CrashFault { At = Scenes.Seconds(5), Target = Target.All }],
        };
        var page = PageOf(scenario, new RunPageOptions { Replay = Hostile, ScenarioText = Hostile });

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("onerror=alert(1)>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert('x')", page, StringComparison.Ordinal);
        Assert.Contains("<small>&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<script").Length - 1);
    }

    [Fact]
    public void Page_Itself_NamesNoAddress()
    {
        var page = PageOf(Crash);

        Assert.Contains("default-src &#39;none&#39;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", page.Replace("client.seam: http ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawings_Each_AreWellFormedAndNamed()
    {
        var drawings = Svgs().Matches(PageOf(Crash)).Select(static m => XElement.Parse(m.Value)).ToArray();

        Assert.True(drawings.Length >= 9);
        Assert.All(drawings, static d => Assert.True(
            d.Attribute("aria-hidden") is not null || d.Attribute("aria-label") is not null
            || d.Attribute("aria-labelledby") is not null && d.Element("title")!.Value.Length > 0 && d.Element("desc")!.Value.Length > 0));
    }

    [Fact]
    public void Ids_InAPage_AreUnique()
    {
        var ids = Ids().Matches(PageOf(Crash)).Select(static m => m.Groups["text"].Value).ToArray();

        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Of_AHundredInstances_DrawsThoseThatMatterAndSaysSo()
    {
        var page = PageOf(Crash with
        {
            Service = new ServiceModel { Instances = 100 },
            Faults = [new CrashFault { At = Scenes.Seconds(5), Target = Target.Parse("orders-99") }],
        });

        Assert.Contains("title=\"orders-99\"", page, StringComparison.Ordinal);
        Assert.Contains("40 instances are drawn", page, StringComparison.Ordinal);
        Assert.Contains("60 are not", page, StringComparison.Ordinal);
        Assert.True(page.Length < 700_000, $"{page.Length}");
    }

    [Fact]
    public void Of_TwoServices_ShowsLoadOfBothAndWaitingOfTheFirst()
    {
        var page = PageOf(Crash with { Behind = [new ServiceModel { Name = "stock", Instances = 2 }] });
        var (load, wait) = (SectionOf(page, "load"), SectionOf(page, "wait"));

        Assert.Contains("title=\"stock-1\"", load, StringComparison.Ordinal);
        Assert.Contains("title=\"orders-1\"", wait, StringComparison.Ordinal);
        Assert.DoesNotContain("stock-1", wait, StringComparison.Ordinal);
        Assert.DoesNotContain("are drawn", page, StringComparison.Ordinal);
        Assert.Contains("have no lower strip", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ARunWithoutHistory_SaysHowToKeepIt()
    {
        var error = Assert.Throws<ArgumentException>(() => RunPage.Of(Scenes.Run(Crash)));

        Assert.Contains("SimulationOptions.KeepHistory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ARunThatMadeNoCall_IsAPageNevertheless()
    {
        var page = PageOf(Scenes.Small with { Traffic = new TrafficModel { Rate = 0.000001 } });

        Assert.Contains("No call was made.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    private static string SectionOf(string page, string id)
    {
        var from = page.IndexOf($"<section id=\"{id}\"", StringComparison.Ordinal);
        return page[from..page.IndexOf("</section>", from, StringComparison.Ordinal)];
    }

    private static string PageOf(Scenario scenario, RunPageOptions? options = null, ulong seed = 1) =>
        RunPage.Of(Kept(scenario, seed), options);

    private static RunReport Kept(Scenario scenario, ulong seed = 1) =>
        ScenarioRunner.Run(scenario, seed, new SimulationOptions { KeepHistory = true });

    [GeneratedRegex("<h2[^>]*>(?<text>[^<]*)</h2>", RegexOptions.None, Patience)]
    private static partial Regex Headings();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline, Patience)]
    private static partial Regex Svgs();

    [GeneratedRegex(" id=\"(?<text>[^\"]*)\"", RegexOptions.None, Patience)]
    private static partial Regex Ids();
}
