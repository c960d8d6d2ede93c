using System.Diagnostics.Metrics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HA.Core.Alerting;
using HA.Core.Hosting.Alerts;
using HA.Core.Hosting.Telemetry;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

public class WebhookTests
{
    private const string Secret = "correct horse battery staple";

    [Fact]
    public async Task Alert_IsPostedAndSigned()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var program = new Program(new WebhookOptions { Url = receiver.Url, Secret = Secret });
        program.Sink.Take(Firing(1));
        await Wait.UntilAsync("it is posted", () => !receiver.All.IsEmpty);
        var received = receiver.All.Single();
        Assert.Equal(("/alerts", "application/json"), (received.Path, received.ContentType));
        // As a receiver would check it: over the time, a dot and the bytes of the body.
        var expected = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes($"{received.Timestamp}."), .. received.Body]);
        Assert.Equal($"v1={Convert.ToHexStringLower(expected)}", received.Signature);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(received.Timestamp, System.Globalization.CultureInfo.InvariantCulture), 0, 150);
        using var json = JsonDocument.Parse(received.Body);
        Assert.Equal(
            """{"schemaVersion":1,"id":"panic/s-1/1767225600000/firing","rule":"panic","service":"s-1","state":"firing","severity":"critical","""
            + """ "since":"2026-01-01T00:00:00+00:00","at":"2026-01-01T00:00:30+00:00","summary":"1 of 9 are fit."}""".TrimStart(),
            json.RootElement.GetRawText());
        await Wait.UntilAsync("it is counted", () => program.Recorder.Records.Contains("hacore.alert.deliveries 1 hacore.delivery.result=delivered"));
    }

    [Fact]
    public async Task Receiver_ThatIsDownAndComesBack_GetsAllOfThemInOrder()
    {
        var port = LoopbackPort.Free();
        await using var program = new Program(new WebhookOptions { Url = new Uri($"http://127.0.0.1:{port}/alerts"), Secret = Secret });
        for (var i = 1; i <= 3; i++) program.Sink.Take(Firing(i));
        await Wait.UntilAsync("it was tried in vain", () => program.Log.All.Any(static l => l.StartsWith("Warning 1703", StringComparison.Ordinal)));
        await using var receiver = await Receiver.StartAsync(port: port);
        await Wait.UntilAsync("all have arrived", () => receiver.All.Count >= 3);
        Assert.Equal(["s-1", "s-2", "s-3"], receiver.All.Select(ServiceOf));
    }

    [Fact]
    public async Task Receiver_ThatFails_IsAskedAgain()
    {
        var count = 0;
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref count) == 1 ? 503 : 204;
            return Task.CompletedTask;
        });
        await using var program = new Program(new WebhookOptions { Url = receiver.Url, Secret = Secret });
        program.Sink.Take(Firing(1));
        await Wait.UntilAsync("it is taken", () => program.Recorder.Records.Contains("hacore.alert.deliveries 1 hacore.delivery.result=delivered"));
        // The same alert: whoever takes it twice can tell.
        Assert.Equal(2, receiver.All.Count);
        Assert.Single(receiver.All.Select(static r => Encoding.UTF8.GetString(r.Body)).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Receiver_ThatRedirects_IsNotFollowed()
    {
        await using var receiver = await Receiver.StartAsync(static context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        await using var program = new Program(new WebhookOptions { Url = receiver.Url, Secret = Secret });
        program.Sink.Take(Firing(1));
        await Wait.UntilAsync("it is given up", () => program.Log.All.Any(static l => l.StartsWith("Error 1704", StringComparison.Ordinal)));
        Assert.Equal("/alerts", Assert.Single(receiver.All).Path);
        Assert.Contains("hacore.alert.deliveries 1 hacore.delivery.result=failed", program.Recorder.Records);
    }

    [Fact]
    public async Task Receiver_ThatHangs_KeepsNoAlertFromOthers()
    {
        var release = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(_ => release.Task);
        await using var program = new Program(new WebhookOptions { Url = receiver.Url, Secret = Secret, QueueLimit = 2 });
        program.Sink.Take(Firing(0));
        await Wait.UntilAsync("the receiver hangs", () => receiver.All.Count == 1);
        // All of this on one flow, which nobody holds up: two wait, and the older ones make room.
        for (var i = 1; i <= 5; i++) program.Sink.Take(Firing(i));
        Assert.Equal(3, program.Recorder.Records.Count(static r => r == "hacore.alert.deliveries 1 hacore.delivery.result=dropped"));
        Assert.Equal(3, program.Log.All.Count(static l => l.StartsWith("Error 1705", StringComparison.Ordinal)));
        release.SetResult();
        await Wait.UntilAsync("the others arrive", () => receiver.All.Any(static r => ServiceOf(r) == "s-5"));
        Assert.Equal(["s-0", "s-4", "s-5"], receiver.All.Select(ServiceOf).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("ff02::1", false)]
    public void Address_OfAWebhook_MustBePublic(string address, bool isAllowed)
    {
        var ip = IPAddress.Parse(address);
        Assert.Equal(isAllowed, WebhookAddresses.IsAllowed(ip, isForThisMachine: false, allowsPrivate: false));
        Assert.Equal(!IPAddress.IsLoopback(ip), WebhookAddresses.IsAllowed(ip, isForThisMachine: false, allowsPrivate: true));
        // What is meant for this machine stays on it.
        Assert.Equal(IPAddress.IsLoopback(ip), WebhookAddresses.IsAllowed(ip, isForThisMachine: true, allowsPrivate: true));
    }

    [Fact]
    public async Task Name_ThatLeadsToThisMachine_IsNotConnectedTo()
    {
        await using var receiver = await Receiver.StartAsync();
        var to = new DnsEndPoint("localhost", receiver.Url.Port);
        var error = await Assert.ThrowsAsync<WebhookRefusedException>(
            () => WebhookAddresses.ConnectAsync(to, isForThisMachine: false, allowsPrivate: false, CancellationToken.None).AsTask());
        Assert.Contains("none of its addresses is public", error.Message, StringComparison.Ordinal);
        await using var allowed = await WebhookAddresses.ConnectAsync(to, isForThisMachine: true, allowsPrivate: false, CancellationToken.None);
        Assert.True(allowed.CanWrite);
    }

    [Fact]
    public async Task Webhook_ThatLeadsToAPrivateAddress_IsGivenUpAtOnce()
    {
        await using var program = new Program(new WebhookOptions { Url = new Uri("https://169.254.169.254/latest/meta-data"), Secret = Secret });
        program.Sink.Take(Firing(1));
        await Wait.UntilAsync("it is given up", () => program.Log.All.Any(static l => l.StartsWith("Error 1704", StringComparison.Ordinal)));
        Assert.Contains(program.Log.All, static l => l.Contains("is not connected to", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://hooks.example.com/ha", "https")]
    [InlineData("ftp://hooks.example.com/ha", "https")]
    [InlineData("/ha", "absolute")]
    [InlineData("https://me:pass@hooks.example.com/ha", "Secret is for that")]
    public void Url_ThatWillNotDo_IsRefused(string url, string says)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new WebhookOptions { Url = new Uri(url, UriKind.RelativeOrAbsolute) });
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/a")]
    [InlineData("http://localhost/a")]
    [InlineData("http://[::1]/a")]
    [InlineData("https://hooks.example.com/a")]
    public void Url_ThatWillDo_IsTaken(string url) => Assert.NotNull(new WebhookOptions { Url = new Uri(url) }.Url);

    [Fact]
    public void Secret_IsNotShown() =>
        Assert.DoesNotContain(Secret, new WebhookOptions { Url = new Uri("https://hooks.example.com/a"), Secret = Secret }.ToString(), StringComparison.Ordinal);

    private static string ServiceOf(Received received)
    {
        using var json = JsonDocument.Parse(received.Body);
        return json.RootElement.GetProperty("service").GetString()!;
    }

    private static Alert Firing(int number)
    {
        var since = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return new Alert(AlertRule.Panic, $"s-{number}", AlertState.Firing, AlertSeverity.Critical, since, since.AddSeconds(30), "1 of 9 are fit.");
    }

    /// <summary>A sink with everything that it needs.</summary>
    private sealed class Program : IAsyncDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly LoggerFactory _loggers;

        internal Program(WebhookOptions options)
        {
            _loggers = new LoggerFactory([Log]);
            var factory = _services.GetRequiredService<IMeterFactory>();
            Recorder = new Recorder(factory);
            Sink = new WebhookAlertSink(options, ServiceEnvironment.System, new HostingMeters(factory), _loggers.CreateLogger("alerts"));
        }

        internal Lines Log { get; } = new();

        internal Recorder Recorder { get; }

        internal WebhookAlertSink Sink { get; }

        public async ValueTask DisposeAsync()
        {
            await Sink.DisposeAsync();
            Recorder.Dispose();
            _loggers.Dispose();
            await _services.DisposeAsync();
            // Whatever became of a message.
            Assert.DoesNotContain(Log.All, static l => l.Contains(Secret, StringComparison.Ordinal));
        }
    }
}
