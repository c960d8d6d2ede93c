using System.Net;
using HA.Core.Endpoints;
using HA.Core.Http;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Http;

public class LeasedContentTests
{
    private readonly Endpoint _endpoint = new(Orders.Instance(1));

    private LeasedContent Content(HttpContent inner)
    {
        _endpoint.Enter();
        return new LeasedContent(inner, new EndpointLease(_endpoint, 0), TimeProvider.System);
    }

    private void AssertReleasedOnce(HttpContent content)
    {
        Assert.Equal(0, _endpoint.InFlight);
        content.Dispose();
        content.Dispose();
        Assert.Equal(0, _endpoint.InFlight);
    }

    [Fact]
    public async Task ReadAsString_Whole_Releases()
    {
        var content = Content(new CountedContent("body"));
        Assert.Equal("body", await content.ReadAsStringAsync());
        AssertReleasedOnce(content);
    }

    [Fact]
    public async Task CopyTo_Whole_Releases()
    {
        var content = Content(new StringContent("body"));
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        Assert.Equal(4, copy.Length);
        AssertReleasedOnce(content);
    }

    [Fact]
    public async Task ReadAsStream_ToTheEnd_ReleasesAtTheEndAndNotBefore()
    {
        var content = Content(new CountedContent("body"));
        var stream = await content.ReadAsStreamAsync();
        var buffer = new byte[4];
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
        Assert.Equal(4, await stream.ReadAsync(buffer));
        Assert.Equal(1, _endpoint.InFlight);
        Assert.Equal(0, await stream.ReadAsync(buffer));
        Assert.Equal(0, _endpoint.InFlight);
        await stream.DisposeAsync();
        AssertReleasedOnce(content);
    }

    [Fact]
    public void ReadAsStream_Synchronously_Works()
    {
        var content = Content(new CountedContent("body"));
        using var reader = new StreamReader(content.ReadAsStream());
        Assert.Equal("body", reader.ReadToEnd());
        AssertReleasedOnce(content);
    }

    [Fact]
    public async Task ReadAsStream_DisposedHalfway_Releases()
    {
        var content = Content(new CountedContent("body"));
        var stream = await content.ReadAsStreamAsync();
        Assert.Equal('b', stream.ReadByte());
        stream.Dispose();
        stream.Dispose();
        AssertReleasedOnce(content);
    }

    [Fact]
    public void Dispose_Unread_ReleasesAndDisposesTheInner()
    {
        var inner = new CountedContent("body");
        var content = Content(inner);
        Assert.Equal(1, _endpoint.InFlight);
        content.Dispose();
        Assert.True(inner.Disposals > 0);
        AssertReleasedOnce(content);
    }

    [Fact]
    public async Task Read_Breaks_Releases()
    {
        var content = Content(new StreamContent(new BrokenStream()));
        var stream = await content.ReadAsStreamAsync();
        await Assert.ThrowsAsync<IOException>(() => stream.ReadExactlyAsync(new byte[1]).AsTask());
        AssertReleasedOnce(content);
        var another = Content(new StreamContent(new BrokenStream()));
        await Assert.ThrowsAnyAsync<Exception>(() => another.ReadAsStringAsync());
        AssertReleasedOnce(another);
    }

    [Fact]
    public void Headers_OfTheInner_AreKept()
    {
        using var inner = new StringContent("body");
        inner.Headers.TryAddWithoutValidation("Content-Language", ["de", "en"]);
        using var content = Content(inner);
        Assert.Equal("text/plain", content.Headers.ContentType!.MediaType);
        Assert.Equal(["de", "en"], content.Headers.ContentLanguage);
        Assert.Equal(4, content.Headers.ContentLength);
        using var chunked = Content(new CountedContent("body"));
        Assert.Null(chunked.Headers.ContentLength);
    }

    [Fact]
    public async Task Stream_ThatGoesBothWays_IsWrittenTo()
    {
        using var wire = new MemoryStream();
        var content = Content(new TwoWayContent(wire));
        var stream = await content.ReadAsStreamAsync();
        Assert.True(stream.CanWrite);
        await stream.WriteAsync("up"u8.ToArray());
        stream.Write([1], 0, 1);
        await stream.FlushAsync();
        Assert.Equal([(byte)'u', (byte)'p', 1], wire.ToArray());
        Assert.Equal(1, _endpoint.InFlight);
        content.Dispose();
        AssertReleasedOnce(content);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Read_BodyBreaksOff_IsHeldAgainstTheEndpointOnce(bool copies)
    {
        var monitor = new Counting();
        _endpoint.Monitor = monitor;
        var content = Content(new StreamContent(new BrokenStream()));
        await Assert.ThrowsAnyAsync<Exception>(() => copies ? content.CopyToAsync(Stream.Null) : ReadAsync(content));
        await Assert.ThrowsAnyAsync<Exception>(() => copies ? content.CopyToAsync(Stream.Null) : ReadAsync(content));
        Assert.Equal([OutcomeKind.Failure], monitor.Kinds);
        AssertReleasedOnce(content);
    }

    private static async Task ReadAsync(HttpContent content) =>
        await (await content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1]);

    // As after 101 Switching Protocols.
    private sealed class TwoWayContent(Stream wire) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(wire);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => wire.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Counting : EndpointMonitor
    {
        public List<OutcomeKind> Kinds { get; } = [];

        internal override bool TryEnter(out long ticket)
        {
            ticket = 0;
            return true;
        }

        internal override long EnterAnyway() => 0;

        internal override void Record(in CallOutcome outcome, long ticket) => Kinds.Add(outcome.Kind);
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("reset");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new IOException("reset");
    }
}
