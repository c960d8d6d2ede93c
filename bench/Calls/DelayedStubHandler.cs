using System.Net;

namespace HA.Core.Bench.Calls;

/// <summary>Answers when told to, on the caller's thread: whoever stands above it has to wait, and nothing else happens.</summary>
internal sealed class DelayedStubHandler : HttpMessageHandler
{
    private static readonly HttpResponseMessage Response = new(HttpStatusCode.NoContent) { Content = new ByteArrayContent([]) };

    private TaskCompletionSource<HttpResponseMessage> _pending = new();

    internal void Answer() => _pending.SetResult(Response);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _pending = new TaskCompletionSource<HttpResponseMessage>();
        return _pending.Task;
    }
}
