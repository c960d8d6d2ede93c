using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HA.Core.Servers.Tests;

public sealed class FaultProxyTests : IAsyncLifetime
{
    private readonly EchoServer _server = EchoServer.Start();
    private readonly List<TcpClient> _clients = [];
    private FaultProxy _proxy = null!;

    public Task InitializeAsync()
    {
        _proxy = FaultProxy.Start(_server.Port);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Pass_CarriesBothWaysAndCounts()
    {
        var client = await ConnectAsync();
        Assert.Equal("hello", await AskAsync(client, "hello"));
        Assert.Equal((5, 5, 1), (_proxy.BytesUp, _proxy.BytesDown, _proxy.Accepted));
    }

    [Fact]
    public async Task Pass_AnOrderlyEnd_ArrivesAfterAllThatWasSaid()
    {
        var client = await ConnectAsync();
        _proxy.DelayUp = _proxy.DelayDown = TimeSpan.FromMilliseconds(50);
        await SendAsync(client, "last words");
        using var reader = new StreamReader(client.GetStream());
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("last words", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Pass_ManyBytes_KeepTheirOrder()
    {
        var client = await ConnectAsync();
        var sent = string.Concat(Enumerable.Range(0, 200_000).Select(static i => (char)('a' + (i * 7 % 26))));
        _proxy.DelayDown = TimeSpan.FromMilliseconds(20);
        Assert.Equal(sent, await AskAsync(client, sent));
    }

    [Theory]
    [InlineData(200, 0)]
    [InlineData(0, 200)]
    public async Task Delay_InEitherDirection_IsKept(int up, int down)
    {
        var client = await ConnectAsync();
        (_proxy.DelayUp, _proxy.DelayDown) = (TimeSpan.FromMilliseconds(up), TimeSpan.FromMilliseconds(down));
        var clock = Stopwatch.StartNew();
        Assert.Equal("slow", await AskAsync(client, "slow"));
        Assert.InRange(clock.ElapsedMilliseconds, 195, 5000);
    }

    [Fact]
    public async Task Cut_ResetsAllAndRefusesNewUntilPass()
    {
        var client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.Cut();
        var broken = await Record.ExceptionAsync(() => ReceiveAsync(client, 1));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(broken?.InnerException).SocketErrorCode);
        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        _proxy.Pass();
        Assert.Equal("after", await AskAsync(await ConnectAsync(), "after"));
    }

    [Fact]
    public async Task HalfOpen_SwallowsWithoutTelling_AndResetsAtPass()
    {
        var client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.HalfOpen();
        var newcomer = await ConnectAsync();
        foreach (var each in (TcpClient[])[client, newcomer])
        {
            await SendAsync(each, "lost");
            Assert.True(await IsSilentAsync(each));
        }

        _proxy.Pass();
        foreach (var each in (TcpClient[])[client, newcomer]) Assert.NotNull(await Record.ExceptionAsync(() => AskAsync(each, "x")));
        Assert.Equal("after", await AskAsync(await ConnectAsync(), "after"));
        Assert.DoesNotContain("lost", _server.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HalfOpen_OnAConnectionThatSaidNothing_LeavesItAlone()
    {
        var client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.HalfOpen();
        _proxy.Pass();
        Assert.Equal("after", await AskAsync(client, "after"));
    }

    [Fact]
    public async Task Silence_HoldsForTheConnectionsThatThereAre()
    {
        var client = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.Silence();
        await SendAsync(client, "lost");
        Assert.True(await IsSilentAsync(client));
        Assert.Equal("after", await AskAsync(await ConnectAsync(), "after"));
        Assert.DoesNotContain("lost", _server.Heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DropNextResponse_DeliversTheRequestOnly(bool breaks)
    {
        var client = await ConnectAsync();
        var other = await ConnectAsync();
        await AskAsync(client, "before");
        _proxy.DropNextResponse(breaks);
        await SendAsync(client, "request");
        if (breaks) Assert.NotNull(await Record.ExceptionAsync(() => ReceiveAsync(client, 1)));
        else Assert.True(await IsSilentAsync(client));

        Assert.Contains("request", _server.Heard, StringComparison.Ordinal);
        // Once, and for that connection alone.
        Assert.Equal("other", await AskAsync(other, "other"));
    }

    [Fact]
    public async Task Throttle_CarriesNoMoreThanAllowed()
    {
        var client = await ConnectAsync();
        _proxy.BytesPerSecond = 10_000;
        var clock = Stopwatch.StartNew();
        await AskAsync(client, new string('x', 3000));
        // 0.3 s for each direction, side by side but for the first slice.
        Assert.InRange(clock.ElapsedMilliseconds, 290, 10_000);
    }

    [Fact]
    public async Task Server_ThatIsNotThere_LooksLikeABrokenConnection()
    {
        await using var proxy = FaultProxy.Start(LoopbackPort.Free());
        using var client = new TcpClient();
        // The reset may be there before connecting is seen to be done.
        var reset = await Record.ExceptionAsync(() => client.ConnectAsync(IPAddress.Loopback, proxy.Port));
        if (reset is not null) Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset).SocketErrorCode);
        else Assert.True(await EndsAsync(client));
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        _clients.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private static Task SendAsync(TcpClient client, string text) => client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    private static async Task<string> ReceiveAsync(TcpClient client, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[count];
        await client.GetStream().ReadExactlyAsync(buffer, deadline.Token);
        return Encoding.ASCII.GetString(buffer);
    }

    private static async Task<string> AskAsync(TcpClient client, string text)
    {
        var sending = SendAsync(client, text);
        var answer = await ReceiveAsync(client, text.Length);
        await sending;
        return answer;
    }

    // A real absence: nothing comes, and no end either, for longer than everything else here takes.
    private static async Task<bool> IsSilentAsync(TcpClient client)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await client.GetStream().ReadExactlyAsync(new byte[1], end.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static async Task<bool> EndsAsync(TcpClient client)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], deadline.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
