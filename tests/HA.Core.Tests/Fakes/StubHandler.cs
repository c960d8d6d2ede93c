using System.Net;

namespace HA.Core.Tests.Fakes;

/// <summary>The network: answers each attempt as told, and remembers what it saw.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, int, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public StubHandler(Func<HttpRequestMessage, int, HttpResponseMessage> answer)
        : this((request, attempt, _) => Task.FromResult(answer(request, attempt))) { }

    public List<string> Hosts { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    public List<string?> Bodies { get; } = [];

    public List<CountedContent> Contents { get; } = [];

    public HttpResponseMessage Answer(HttpStatusCode status, string body = "{}")
    {
        var content = new CountedContent(body);
        Contents.Add(content);
        return new HttpResponseMessage(status) { Content = content };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var attempt = Requests.Count;
        Requests.Add(request);
        Hosts.Add(request.RequestUri!.Host);
        var response = await answer(request, attempt, cancellationToken).ConfigureAwait(false);
        response.RequestMessage = request;
        Bodies.Add(request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        return response;
    }
}

/// <summary>A body of unknown length, as from a chunked answer, that counts its disposals.</summary>
internal sealed class CountedContent(string text) : HttpContent
{
    private readonly byte[] _bytes = System.Text.Encoding.UTF8.GetBytes(text);

    public int Disposals { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_bytes).AsTask();

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new MemoryStream(_bytes));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => new MemoryStream(_bytes);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.Write(_bytes);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
