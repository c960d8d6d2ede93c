using System.Net;
using System.Net.Sockets;
using System.Text;
using HA.Core.Http;
using HA.Core.Registry;

namespace HA.Core.Tests.Http;

/// <summary>Over real sockets: a server that does what it is asked and then breaks the connection, so that nobody hears of it.</summary>
public sealed class SideEffectTests
{
    private const int Calls = 40;

    [Theory, InlineData(true, "pay"), InlineData(false, "pay"), InlineData(true, ""), InlineData(false, "")]
    public async Task Post_ConnectionEndsAfterSending_IsDoneExactlyOnce(bool resets, string body)
    {
        await using var server = new DoingServer(resets);
        await using var registry = new InMemoryRegistry();
        await server.RegisterAsync(registry);
        await using var client = new HaServiceClient(registry);
        for (var i = 0; i < Calls; i++)
        {
            // On a connection that has served before, a client is tempted to blame its age and send again.
            using (var answer = await client.Http.GetAsync(new Uri("http://orders/well"))) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var content = body.Length == 0 ? null : new StringContent(body);
            await Assert.ThrowsAsync<FailoverException>(() => client.Http.PostAsync(new Uri("http://orders/pay"), content));
        }

        Assert.Equal(Calls, server.Done);
    }

    [Fact]
    public async Task Post_WithAKey_IsSentAgainAndDoneOnceByAServerThatKeepsKeys()
    {
        await using var server = new DoingServer(resets: true);
        await using var registry = new InMemoryRegistry();
        await server.RegisterAsync(registry);
        await using var client = new HaServiceClient(registry, httpOptions: new FailoverOptions { GenerateIdempotencyKeys = true });
        for (var i = 0; i < Calls; i++)
        {
            using var content = new StringContent("pay");
            await Assert.ThrowsAsync<FailoverException>(() => client.Http.PostAsync(new Uri("http://orders/pay"), content));
        }

        Assert.True(server.Done > Calls);
        Assert.Equal(Calls, server.Keys.Count);
    }

    private sealed class DoingServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly bool _resets;
        private readonly Task _accepting;
        private int _done;

        internal DoingServer(bool resets)
        {
            _resets = resets;
            _listener.Start();
            _accepting = AcceptAsync();
        }

        /// <summary>POSTs that were done.</summary>
        internal int Done => Volatile.Read(ref _done);

        internal HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        internal async Task RegisterAsync(InMemoryRegistry registry)
        {
            for (var i = 1; i <= 3; i++)
            {
                var instance = new ServiceInstance("orders", $"orders-{i}", "127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
                await registry.RegisterAsync(instance, new RegistrationTerms($"{i}", TimeSpan.FromHours(1), TakeOver: true), default);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // It was stopped.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } head)
                {
                    if (!head.StartsWith("POST", StringComparison.Ordinal))
                    {
                        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                        continue;
                    }

                    Interlocked.Increment(ref _done);
                    var key = head.Split("\r\n").FirstOrDefault(static l => l.StartsWith("Idempotency-Key:", StringComparison.OrdinalIgnoreCase));
                    if (key is not null)
                    {
                        lock (Keys) Keys.Add(key);
                    }

                    if (_resets) client.Client.LingerState = new LingerOption(true, 0);
                    return;
                }
            }
        }

        // A request with its body; null at the end of the connection.
        private static async Task<string?> ReadAsync(NetworkStream stream)
        {
            var bytes = new List<byte>();
            var buffer = new byte[1];
            while (!(bytes.Count >= 4 && bytes[^4..].SequenceEqual("\r\n\r\n"u8.ToArray())))
            {
                if (await stream.ReadAsync(buffer) == 0) return null;
                bytes.Add(buffer[0]);
            }

            var head = Encoding.ASCII.GetString([.. bytes]);
            var length = head.Split("\r\n").FirstOrDefault(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            if (length is not null) await stream.ReadExactlyAsync(new byte[int.Parse(length.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture)]);
            return head;
        }
    }
}
