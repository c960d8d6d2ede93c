using System.Net;
using HA.Core.Calls;
using HA.Core.Http;

namespace HA.Core.Simulation.Model;

/// <summary>The virtual network as an HTTP handler: everything above it is production code, HttpClient included.</summary>
internal sealed class VirtualHttpHandler(World world, VirtualClient client) : HttpMessageHandler
{
    internal static readonly HttpRequestOptionsKey<long> Call = new("HA.Core.Simulation.Call");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        request.Options.TryGetValue(Call, out var call);
        var instance = world.Find(address.Host, address.Port);
        world.Observer.AttemptStarted(client, instance, call, number: -1);
        // Timeouts are the client's own, by token.
        var context = new AttemptContext(0, Timeout.InfiniteTimeSpan, cancellationToken);
        var incoming = CallHeaders.Read(Header(request, CallHeaders.TimeLeft), Header(request, CallHeaders.NoRetry), world.Simulation.Time);
        if (incoming.TimeLeft is { } left) context = context with { TimeLeft = left, TellsTimeout = true };
        context = context with { StopsRetryChain = incoming.MustNotRetry };
        var sent = new VirtualRequest(call, IsIdempotent: request.Method == HttpMethod.Get);
        var result = await world.Rent().SendAsync(client.Place, instance, sent, context).ConfigureAwait(false);
        return result.Status switch
        {
            AttemptStatus.Answered => new HttpResponseMessage((HttpStatusCode)result.Response.Status) { RequestMessage = request },
            AttemptStatus.NotSent => throw Failure(HttpRequestError.ConnectionError, "refused", address),
            AttemptStatus.Broken => throw Failure(HttpRequestError.ResponseEnded, "reset", address),
            _ => throw new OperationCanceledException(cancellationToken),
        };
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static HttpRequestException Failure(HttpRequestError error, string what, Uri address) =>
        new(error, $"Connection {what} ({address.Authority})");
}
