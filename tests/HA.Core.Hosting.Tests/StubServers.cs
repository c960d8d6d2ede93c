using System.Collections.Concurrent;
using System.Net;

namespace HA.Core.Hosting.Tests;

/// <summary>Answers in place of the network, by the port of the instance that is asked.</summary>
internal sealed class StubServers : HttpMessageHandler
{
    private readonly ConcurrentDictionary<int, int> _calls = new();

    internal ConcurrentDictionary<int, bool> Dead { get; } = new();

    /// <summary>Whether everybody answers that it has failed.</summary>
    internal bool Failing { get; set; }

    internal int Disposals { get; private set; }

    internal int CallsTo(int port) => _calls.GetValueOrDefault(port);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var port = request.RequestUri!.Port;
        _calls.AddOrUpdate(port, 1, static (_, n) => n + 1);
        if (Dead.ContainsKey(port)) throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        var status = Failing ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;
        return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent($"{port}"), RequestMessage = request });
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
