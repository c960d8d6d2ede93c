using System.Net;

namespace HA.Core.Bench.Calls;

/// <summary>Answers at once, from memory: what is left is the cost of whatever stands above it.</summary>
internal sealed class StubHandler : HttpMessageHandler
{
    private readonly Task<HttpResponseMessage> _answer = Task.FromResult(new HttpResponseMessage(HttpStatusCode.NoContent)
    {
        Content = new ByteArrayContent([]),
    });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => _answer;
}
