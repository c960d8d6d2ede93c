using System.Text.Json.Nodes;

namespace HA.Core.Servers;

/// <summary>A page in a <see cref="Browser"/>, with everything that it asked for and complained of.</summary>
public sealed class BrowserPage
{
    private readonly Browser _browser;
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    internal BrowserPage(Browser browser) => _browser = browser;

    /// <summary>What its scripts threw, what was written to its console, and what the browser itself found wrong.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>The addresses that it asked for, its own first.</summary>
    public IReadOnlyList<string> Requests => _requests;

    internal string Session { get; set; } = "";

    internal bool IsLoaded { get; private set; }

    /// <summary>What an expression of JavaScript comes to.</summary>
    /// <exception cref="InvalidOperationException">It threw.</exception>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } thrown
            ? throw new InvalidOperationException($"{expression}: {thrown.ToJsonString()}")
            : answer["result"]!["value"];
    }

    /// <summary>Presses a key where the focus is.</summary>
    /// <param name="key">Such as ArrowRight.</param>
    public Task PressAsync(string key) => SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyDown", ["key"] = key });

    /// <summary>The whole page as a picture, PNG.</summary>
    public async Task<byte[]> ScreenshotAsync()
    {
        var answer = await SendAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true });
        return Convert.FromBase64String((string)answer["data"]!);
    }

    internal Task<JsonNode> SendAsync(string method, JsonObject? parameters = null) => _browser.SendAsync(method, parameters ?? [], this);

    internal void Heard(JsonNode said)
    {
        if ((string?)said["sessionId"] != Session) return;
        var about = said["params"];
        switch ((string?)said["method"])
        {
            case "Page.loadEventFired":
                IsLoaded = true;
                break;
            case "Network.requestWillBeSent":
                _requests.Add((string)about!["request"]!["url"]!);
                break;
            case "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded":
                _complaints.Add(about!.ToJsonString());
                break;
        }
    }
}
