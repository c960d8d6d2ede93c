using System.Net;
using System.Text;

namespace HA.Core.Consul.Tests;

/// <summary>An agent that answers as it is told: for what no real one at hand shows.</summary>
/// <param name="answer">Gets the path with its query, after <c>/v1/</c>; null is 404 without a word.</param>
internal sealed class StubAgent(Func<string, StubAnswer?> answer) : HttpMessageHandler
{
    private readonly List<string> _asked = [];

    /// <summary>What was asked, in order: method, path and query.</summary>
    internal string[] Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    /// <summary>What was asked of the catalog of services.</summary>
    internal string[] Lists => [.. Asked.Where(static a => a.StartsWith("GET health/service/", StringComparison.Ordinal))];

    internal ConsulRegistryOptions Options => new() { Address = new Uri("http://agent.test"), MessageHandler = this };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery["/v1/".Length..];
        lock (_asked) _asked.Add($"{request.Method} {path}");
        var told = answer(path) ?? new StubAnswer(HttpStatusCode.NotFound, "");
        if (told.After is { } wait) await wait.WaitAsync(cancellationToken);
        var isJson = told.Body is ['[' or '{', ..];
        var response = new HttpResponseMessage(told.Status)
        {
            Content = new StringContent(told.Body, Encoding.UTF8, told.Type ?? (isJson ? "application/json" : "text/plain")),
            RequestMessage = request,
        };
        if (told.Index is { } index) response.Headers.Add("X-Consul-Index", $"{index}");
        if (told.IsFiltered) response.Headers.Add("X-Consul-Results-Filtered-By-ACLs", "true");
        return response;
    }
}

internal sealed record StubAnswer(HttpStatusCode Status, string Body, long? Index = null)
{
    internal static StubAnswer NotFound { get; } = new(HttpStatusCode.NotFound, "", 1);

    internal bool IsFiltered { get; init; }

    internal string? Type { get; init; }

    /// <summary>Answered when this has ended; at once if null.</summary>
    internal Task? After { get; init; }

    internal static StubAnswer List(long index, params string[] ids) => new(
        HttpStatusCode.OK,
        $"[{string.Join(',', ids.Select(static id => $$"""
            {"Node":{"Node":"n1","Address":"10.0.0.1"},"Service":{"ID":"{{id}}","Port":80},"Checks":[]}
            """))}]",
        index);
}
