namespace HA.Core.Bench.Calls;

/// <summary>Takes the instances of a list in turn, and writes the address of each request anew.</summary>
internal sealed class RoundRobinHandler(string[] authorities) : DelegatingHandler
{
    private int _turn = -1;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var authority = authorities[(uint)Interlocked.Increment(ref _turn) % authorities.Length];
        request.RequestUri = new Uri($"{request.RequestUri!.Scheme}://{authority}{request.RequestUri.PathAndQuery}");
        return base.SendAsync(request, cancellationToken);
    }
}
