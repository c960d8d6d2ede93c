using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace HA.Core.Servers;

/// <summary>A Chromium without a window, driven by its own protocol (DevTools). One test uses it at a time.</summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServerProcess _process;
    private readonly ClientWebSocket _socket;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _lastCommand;

    private Browser(ServerProcess process, ClientWebSocket socket)
    {
        _process = process;
        _socket = socket;
    }

    /// <summary>Starts one, with a profile of its own that is gone afterwards.</summary>
    /// <exception cref="InvalidOperationException">There is none and none could be had, or it did not start.</exception>
    public static async Task<Browser> StartAsync()
    {
        var binary = await ServerBinaries.FindAsync("HA_CHROMIUM", "chromium");
        // It writes the port and the path that it chose into a file of its profile.
        string? portFile = null;
        Uri? address = null;
        var process = await ServerProcess.StartAsync(new ServerSpec("chromium", binary, Arguments, IsReadyAsync) { ReadyWithin = Patience });
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(address!, CancellationToken.None);
            return new Browser(process, socket);
        }
        catch
        {
            socket.Dispose();
            await process.DisposeAsync();
            throw;
        }

        string[] Arguments(string profile)
        {
            portFile = Path.Combine(profile, "DevToolsActivePort");
            // Pages are our own files; root, which tests in containers run as, may not have the sandbox.
            return
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                "--hide-scrollbars", $"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank",
            ];
        }

        async Task<bool> IsReadyAsync(CancellationToken stop)
        {
            var lines = await File.ReadAllLinesAsync(portFile!, stop);
            if (lines.Length < 2) return false;
            address = new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}");
            return true;
        }
    }

    /// <summary>Opens a page and waits until it is loaded.</summary>
    /// <param name="address">The page.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="isDark">Whether the user prefers dark colours.</param>
    public async Task<BrowserPage> OpenAsync(Uri address, int width, bool isDark)
    {
        var page = new BrowserPage(this);
        var target = await SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var attached = await SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target["targetId"]!.DeepClone(), ["flatten"] = true });
        page.Session = (string)attached["sessionId"]!;
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"]) await page.SendAsync($"{domain}.enable");
        await page.SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = 900,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = false,
        });
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" };
        await page.SendAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(scheme) });
        await page.SendAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        while (!page.IsLoaded) page.Heard(await ReceiveAsync());
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Its helpers write into the profile until it has closed.
        try
        {
            await SendAsync("Browser.close", []);
        }
        catch (WebSocketException)
        {
            // It went without a goodbye, which is what was asked for.
        }

        _socket.Dispose();
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
    }

    internal async Task<JsonNode> SendAsync(string method, JsonObject parameters, BrowserPage? page = null)
    {
        var id = ++_lastCommand;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (page is not null) command["sessionId"] = page.Session;
        await _socket.SendAsync(Encoding.UTF8.GetBytes(command.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            var said = await ReceiveAsync();
            if ((int?)said["id"] != id)
            {
                page?.Heard(said);
                continue;
            }

            return said["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : said["result"]!;
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer, deadline.Token);
            if (part.MessageType == WebSocketMessageType.Close) throw new WebSocketException("The browser has gone.");
            message.Write(_buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(message.ToArray())!;
        }
    }
}
