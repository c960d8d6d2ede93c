using HA.Core.Servers;

namespace HA.Core.Sim.Tests.Pages;

/// <summary>The page of a run in a real browser.</summary>
public sealed class RunPageInBrowserTests(RunPageInBrowserTests.Pages pages) : IClassFixture<RunPageInBrowserTests.Pages>
{
    public static TheoryData<string, int, bool> Views
    {
        get
        {
            var views = new TheoryData<string, int, bool>();
            foreach (var name in Pages.Names)
            {
                foreach (var width in (int[])[400, 1280])
                {
                    views.Add(name, width, false);
                    views.Add(name, width, true);
                }
            }

            return views;
        }
    }

    [Theory, MemberData(nameof(Views))]
    public async Task Page_InAnyView_RendersWithoutErrorRequestOrOverflow(string name, int width, bool isDark)
    {
        var page = await pages.Browser.OpenAsync(pages.AddressOf(name), width, isDark);

        Assert.Equal(
            "What went wrong|Truth against belief|Where the load went|Where it waited|How long calls took|How calls were spread|"
                + "What became of calls|Attempts and retries|What had to hold|What was not modelled|What it was made of",
            (string?)await page.EvaluateAsync("[...document.querySelectorAll('h2')].map(h => h.textContent).join('|')"));
        // Each drawing has a size, and something in it that is painted.
        Assert.Equal(
            "", (string?)await page.EvaluateAsync(
                """
                [...document.querySelectorAll('.plot svg')].filter(s => s.getBoundingClientRect().width < 200
                  || ![...s.querySelectorAll('path:not(.g)')].some(p => { const b = p.getBoundingClientRect(); return b.width > 1 || b.height > 1; }))
                  .map(s => s.outerHTML.slice(0, 80)).join()
                """));
        Assert.Equal(width, (int)(await page.EvaluateAsync("document.documentElement.scrollWidth"))!);
        var paper = (string?)await page.EvaluateAsync("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(isDark ? "rgb(17, 20, 24)" : "rgb(246, 246, 243)", paper);
        await SaveAsync(page, $"{name}-{width}-{(isDark ? "dark" : "light")}.png");
        Assert.Empty(page.Complaints);
        Assert.Equal([pages.AddressOf(name).AbsoluteUri], page.Requests.Where(static r => r != "data:,"));
    }

    [Fact]
    public async Task ArrowKeys_OnADrawing_ReadItOut()
    {
        var page = await pages.Browser.OpenAsync(pages.AddressOf(Pages.Names[0]), 1280, isDark: false);
        await page.EvaluateAsync("document.querySelector('[data-fig=time]').focus()");

        await page.PressAsync("ArrowRight");
        var first = (string?)await page.EvaluateAsync("document.getElementById('read').textContent");
        await page.PressAsync("ArrowRight");
        var second = (string?)await page.EvaluateAsync("document.getElementById('read').textContent");

        Assert.StartsWith("0 s — p50 ", first, StringComparison.Ordinal);
        Assert.StartsWith("0.2 s — p50 ", second, StringComparison.Ordinal);
        Assert.False((bool)(await page.EvaluateAsync("document.getElementById('read').hidden"))!);
    }

    [Fact]
    public async Task HostileNames_InAPage_RunNothingAndAreShown()
    {
        var page = await pages.Browser.OpenAsync(pages.AddressOf(Pages.Hostile), 400, isDark: false);

        Assert.Equal(0, (int)(await page.EvaluateAsync("document.images.length"))!);
        Assert.Equal("undefined", (string?)await page.EvaluateAsync("typeof hacked"));
        Assert.Contains("<script>", (string?)await page.EvaluateAsync("document.querySelector('.title').textContent"), StringComparison.Ordinal);
        Assert.Equal(400, (int)(await page.EvaluateAsync("document.documentElement.scrollWidth"))!);
        Assert.Empty(page.Complaints);
        Assert.Single(page.Requests, static r => r != "data:,");
    }

    // To look at, where somebody wants to.
    private static async Task SaveAsync(BrowserPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("HA_SCREENSHOTS") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, name), await page.ScreenshotAsync());
    }

    /// <summary>The pages, written by the command, and a browser to open them in.</summary>
    public sealed class Pages : IAsyncLifetime
    {
        internal const string Hostile = "hostile";

        private const string HostileScenario =
            """
            name: hostile
            title: "</script><script>hacked = 1</script><img src='http://127.0.0.1:9/x' onerror='hacked = 1'>"
            duration: 2s
            service: { instances: 3, zones: ["</title><script>hacked=1</script>"] }
            faults:
              - { kind: crash, at: 500ms, target: one }
            """;

        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ha-pages-");

        internal static string[] Names { get; } = ["instance-crash", "metastable-overload", "rolling-deploy"];

        internal Browser Browser { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            foreach (var name in Names) await WriteAsync(name, name);
            var scenario = Path.Combine(_folder.FullName, "hostile.yaml");
            await File.WriteAllTextAsync(scenario, HostileScenario);
            await WriteAsync(Hostile, scenario);
            Browser = await Browser.StartAsync();
        }

        public async Task DisposeAsync()
        {
            if (Browser is not null) await Browser.DisposeAsync();
            _folder.Delete(recursive: true);
        }

        internal Uri AddressOf(string name) => new(Path.Combine(_folder.FullName, $"{name}.html"));

        private async Task WriteAsync(string name, string scenario)
        {
            var run = await Cli.RunAsync("run", scenario, "--html", AddressOf(name).LocalPath);
            Assert.True(run.ExitCode is ExitCode.Held or ExitCode.NotHeld, run.Error);
        }
    }
}
