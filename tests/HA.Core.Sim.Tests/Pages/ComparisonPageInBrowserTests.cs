using HA.Core.Servers;

namespace HA.Core.Sim.Tests.Pages;

/// <summary>The page of a comparison in a real browser.</summary>
public sealed class ComparisonPageInBrowserTests(ComparisonPageInBrowserTests.Comparisons pages)
    : IClassFixture<ComparisonPageInBrowserTests.Comparisons>
{
    public static TheoryData<int, bool> Views => new() { { 400, false }, { 400, true }, { 1280, false }, { 1280, true } };

    [Theory, MemberData(nameof(Views))]
    public async Task Page_InAnyView_RendersWithoutErrorRequestOrOverflow(int width, bool isDark)
    {
        var page = await pages.Browser.OpenAsync(pages.Address, width, isDark);

        Assert.Equal(
            "What differs, and what may be chance|How long calls took|Where the calls went|One run of each",
            (string?)await page.EvaluateAsync("[...document.querySelectorAll('h2')].map(h => h.textContent).join('|')"));
        Assert.Equal(width, (int)(await page.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Empty(page.Complaints);
        Assert.Equal([pages.Address.AbsoluteUri], page.Requests.Where(static r => r != "data:,"));
    }

    [Fact]
    public async Task Intervals_OfEachPolicy_AreDrawnWhereTheyAre()
    {
        var page = await pages.Browser.OpenAsync(pages.Address, 1280, isDark: false);

        // Worse in the 99th percentile is to the right of the line, as a whole.
        Assert.Equal(
            "true", (string?)await page.EvaluateAsync(
                """
                (() => {
                  const table = [...document.querySelectorAll('h3')].find(h => h.textContent === 'p99').nextElementSibling;
                  const row = [...table.querySelectorAll('tr')].find(r => r.textContent.includes('round-robin'));
                  const box = name => row.querySelector(name).getBoundingClientRect();
                  return String(row.className === 'worse' && box('.whisker').left > box('.zero').right);
                })()
                """));
        var commands = (string?)await page.EvaluateAsync("[...document.querySelectorAll('code')].map(c => c.textContent).join('\\n')");
        Assert.Contains("compare slow-instance --seed 1 --set duration=6s --seeds 3 --balancers least-requests,round-robin", commands, StringComparison.Ordinal);
        Assert.Contains("run slow-instance --seed 1 --balancer round-robin", commands, StringComparison.Ordinal);
    }

    /// <summary>A page, written by the command, and a browser to open it in.</summary>
    public sealed class Comparisons : IAsyncLifetime
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ha-comparison-");

        internal Browser Browser { get; private set; } = null!;

        internal Uri Address => new(Path.Combine(_folder.FullName, "comparison.html"));

        public async Task InitializeAsync()
        {
            var run = await Cli.RunAsync(
                "compare", "slow-instance", "--balancers", "least-requests,round-robin", "--seeds", "3", "--set", "duration=6s", "--html", Address.LocalPath);
            Assert.True(run.ExitCode == ExitCode.Held, run.Error);
            Browser = await Browser.StartAsync();
        }

        public async Task DisposeAsync()
        {
            if (Browser is not null) await Browser.DisposeAsync();
            _folder.Delete(recursive: true);
        }
    }
}
