using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HA.Core.Alerting;
using HA.Core.Consul;
using HA.Core.Etcd;
using HA.Core.Redis;
using HA.Core.Registry;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Tests.Security;

/// <summary>
/// A secret in every option that takes one, servers that refuse, misbehave and repeat what they were told, and everything that
/// comes out of the program collected: it is nowhere.
/// </summary>
public sealed class CanaryTests : IDisposable
{
    private const string Canary = "c4n4ry-S3cret-7f";

    // In the path of an address: whoever knows it may post there.
    private const string Capability = "c4p4b1l1ty-T000-9d";

    private readonly Everything _out = new();

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var registry in (string[])["etcd", "consul", "redis"])
            {
                foreach (var server in (string[])["refuses", "repeats", "hangs up"]) cases.Add(registry, server);
            }

            return cases;
        }
    }

    public void Dispose() => _out.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Secrets_OfARegistry_ComeOutNowhere(string registry, string server)
    {
        await using var rogue = new RogueServer(server, registry);
        var services = Shop.Services(Shop.Configuration(
            ("HA:Registry", registry),
            ("HA:Registries:etcd:Endpoints", $"http://{rogue.Address}"), ("HA:Registries:etcd:UserName", "shop"), ("HA:Registries:etcd:Password", Canary),
            ("HA:Registries:consul:Address", $"http://{rogue.Address}"), ("HA:Registries:consul:Token", Canary),
            ("HA:Registries:redis:Servers", rogue.Address), ("HA:Registries:redis:Password", Canary),
            ($"HA:Registries:{registry}:RequestTimeout", "2s"), ("HA:Defaults:Call:Deadline", "3s")));
        services.AddLogging(l => l.AddProvider(_out).SetMinimumLevel(LogLevel.Trace));
        services.AddHighAvailability().AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry();
        services.AddHealthChecks().AddHighAvailability();
        services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog")).AddHighAvailability();
        await using var provider = services.BuildServiceProvider();

        var real = provider.GetRequiredService<IServiceRegistry>();
        await TellAsync(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
        await TellAsync(() => real.DiscoverAsync("catalog", CancellationToken.None).AsTask());
        await TellAsync(() => real.RegisterAsync(
            new ServiceInstance("catalog", "c", "10.0.0.5", 81), new RegistrationTerms("me", TimeSpan.FromSeconds(5), TakeOver: true), CancellationToken.None).AsTask());
        _out.Add($"{real} {real.Capabilities}");
        _out.Add((await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Values.First().Description);

        // Or the test would prove nothing: the secret was on its way, and what came out was heard.
        if (server == "repeats" && registry != "etcd") Assert.Contains(Canary, rogue.Heard, StringComparison.Ordinal);
        Assert.Contains(_out.All, l => l.Contains("catalog", StringComparison.Ordinal));
        Assert.Contains(_out.All, static l => l.Contains("Exception", StringComparison.Ordinal));
        RequireNoCanary();
    }

    // The receiver is somebody else's, too: it is told who sends, and never by which secret.
    [Theory]
    [InlineData("refuses")]
    [InlineData("repeats")]
    [InlineData("hangs up")]
    public async Task Secret_OfAWebhook_ComesOutNowhere(string server)
    {
        await using var rogue = new RogueServer(server, "webhook");
        var services = Shop.Services(Shop.Configuration(
            ("HA:Alerts:Webhook:Url", $"http://{rogue.Address}/alerts/{Capability}"), ("HA:Alerts:Webhook:Secret", Canary), ("HA:Alerts:Webhook:GiveUpAfter", "2s"),
            ("HA:Alerts:Rules:RegistrationLost", "0s"), ("HA:Alerts:Rules:Interval", "20ms")));
        services.AddLogging(l => l.AddProvider(_out).SetMinimumLevel(LogLevel.Trace));
        var told = new ConcurrentQueue<Alert>();
        services.AddHighAvailability().AddInMemoryRegistry().AddAlerts(told.Enqueue);
        services.AddHealthChecks().AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        IHostedService[] hosted = [.. provider.GetServices<IHostedService>()];
        foreach (var service in hosted) await service.StartAsync(CancellationToken.None);
        provider.GetRequiredService<ServiceEnvironment>().Listener.OnRegistrationChanged(
            new ServiceInstance("catalog", "c", "10.0.0.5", 81), RegistrationState.Fenced, null);
        await Wait.UntilAsync("it is given up", () => _out.All.Any(static l => l.Contains("was not posted, and is not tried again", StringComparison.Ordinal)));
        _out.Add($"{provider.GetRequiredService<IOptions<AlertingOptions>>().Value.Webhook} {told.First()}");
        foreach (var entry in (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Values) _out.Add(entry.Description);
        foreach (var service in hosted) await service.StopAsync(CancellationToken.None);

        // Or the test would prove nothing: it was signed, and went there.
        if (server != "refuses") Assert.Contains("HA-Signature: v1=", rogue.Heard, StringComparison.Ordinal);
        if (server != "refuses") Assert.Contains($"POST /alerts/{Capability} ", rogue.Heard, StringComparison.Ordinal);
        Assert.DoesNotContain(_out.All, static l => l.Contains(Capability, StringComparison.OrdinalIgnoreCase));
        _out.Add(rogue.Heard);
        RequireNoCanary();
    }

    [Theory]
    [InlineData($"http://hooks.example.com/services/{Canary}", "is 'http://hooks.example.com'. Url must be")]
    [InlineData($"https://shop:{Canary}@hooks.example.com/services", "is 'https://hooks.example.com'. Url must not hold a name")]
    [InlineData($"hooks.example.com/services/{Canary}", "has a value that is not shown. Invalid URI")]
    [InlineData($"hooks.example.com:443/services/{Canary}", "has a value that is not shown. Url must be")]
    [InlineData($"https://hooks.example.com:x/services/{Canary}", "has a value that is not shown. Invalid URI")]
    public async Task Address_OfAWebhookThatIsRefused_IsToldToItsHost(string url, string message)
    {
        var services = Shop.Services(Shop.Configuration(("HA:Alerts:Webhook:Url", url), ("HA:Alerts:Webhook:Secret", "c4n4ry-An0ther-5ecret")));
        services.AddHighAvailability().AddInMemoryRegistry().AddAlerts();
        await using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<AlertingOptions>>().Value);
        Assert.Contains($"HA:Alerts:Webhook:Url {message}", error.Message, StringComparison.Ordinal);
        _out.Add(error.ToString());
        RequireNoCanary();
    }

    [Fact]
    public void Secrets_InOptions_AreNotInTheirText()
    {
        string[] texts =
        [
            $"{new EtcdRegistryOptions { UserName = "shop", Password = Canary }}",
            $"{new ConsulRegistryOptions { Token = Canary }}",
            $"{new RedisRegistryOptions { UserName = "shop", Password = Canary }}",
            $"{new WebhookOptions { Secret = Canary, Url = new Uri($"https://hooks.example.com/{Canary}") }}",
        ];
        // Not by the number of what was collected: that hears of other tests' spans as well.
        Assert.All(texts, Assert.NotEmpty);
        foreach (var text in texts) _out.Add(text);
        RequireNoCanary();
    }

    // A secret in a place where none belongs, or that will not do, is a slip that ends in a message.
    [Fact]
    public async Task Secrets_InARefusedConfiguration_AreNotInTheMessage()
    {
        var configuration = Shop.Configuration(("HA:Registries:consul:Token", $"{Canary}\n"), ("HA:Registries:consul:Wait", "1s"),
            ("HA:Registries:etcd:Endpoints", $"http://shop:{Canary}@127.0.0.1:1"), ("HA:Registries:consul:Address", $"http://shop:{Canary}@127.0.0.1:1"),
            ("HA:Registries:redis:Servers", $"127.0.0.1:1,password={Canary}"));
        var services = Shop.Services(configuration);
        services.AddLogging(l => l.AddProvider(_out).SetMinimumLevel(LogLevel.Trace));
        services.AddHighAvailability().AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry();
        await using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<HighAvailabilityOptions>>().Value);
        Assert.Contains("Wait", error.Message, StringComparison.Ordinal);
        _out.Add(error.ToString());
        foreach (var name in (string[])["etcd", "consul", "redis"])
            await TellAsync(() => provider.GetRequiredKeyedService<IServiceRegistry>(name).DiscoverAsync("catalog", CancellationToken.None).AsTask());
        RequireNoCanary();
    }

    private void RequireNoCanary()
    {
        string[] forms = [Canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary))[..^4], Convert.ToBase64String(Encoding.UTF8.GetBytes($"shop:{Canary}"))[..^4],
            Uri.EscapeDataString(Canary), Convert.ToHexString(Encoding.UTF8.GetBytes(Canary))];
        string[] leaks = [.. _out.All.Where(l => Array.Exists(forms, f => l.Contains(f, StringComparison.OrdinalIgnoreCase)))];
        Assert.True(leaks.Length == 0, string.Join('\n', leaks));
    }

    private async Task TellAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e)
        {
            // As a crash handler would write it, and as one that looks at every property does.
            _out.Add(e.ToString());
            for (var inner = e; inner is not null; inner = inner.InnerException)
            {
                foreach (var property in inner.GetType().GetProperties()) _out.Add($"{property.Name} = {property.GetValue(inner)}");
                foreach (System.Collections.DictionaryEntry entry in inner.Data) _out.Add($"{entry.Key} = {entry.Value}");
            }
        }
    }

    /// <summary>All that a program tells: log with scopes and states, traces, measurements, and what tests add.</summary>
    private sealed class Everything : ILoggerProvider, ILogger
    {
        private readonly MeterListener _meters = new();
        private readonly ActivityListener _activities;

        internal Everything()
        {
            _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
            _meters.SetMeasurementEventCallback<long>((i, _, tags, _) => Add(i.Name, tags));
            _meters.SetMeasurementEventCallback<double>((i, _, tags, _) => Add(i.Name, tags));
            _meters.Start();
            _activities = new ActivityListener
            {
                ShouldListenTo = static _ => true,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = a => Add(
                    $"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects.Concat(a.Baggage.Select(static b => KeyValuePair.Create(b.Key, (object?)b.Value))))} "
                    + string.Join(' ', a.Events.Select(static e => $"{e.Name} {string.Join(' ', e.Tags)}"))),
            };
            ActivitySource.AddActivityListener(_activities);
        }

        internal ConcurrentQueue<string> All { get; } = new();

        internal void Add(string? text) => All.Enqueue(text ?? "");

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Add($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Add($"{formatter(state, exception)} {exception}");
            if (state is IEnumerable<KeyValuePair<string, object?>> values) Add(string.Join(' ', values));
        }

        public void Dispose()
        {
            _meters.Dispose();
            _activities.Dispose();
        }

        private void Add(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Add($"{name} {string.Join(' ', tags.ToArray())}");
    }

    /// <summary>A server that means no good.</summary>
    private sealed class RogueServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly StringBuilder _heard = new();
        private readonly string _registry;
        private readonly Task _serving;

        internal RogueServer(string manner, string registry)
        {
            _registry = registry;
            _listener.Start();
            Address = $"{_listener.LocalEndpoint}";
            if (manner == "refuses") _listener.Stop();
            _serving = manner == "refuses" ? Task.CompletedTask : ServeAsync(repeats: manner == "repeats");
        }

        internal string Address { get; }

        internal string Heard
        {
            get
            {
                lock (_heard) return _heard.ToString();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(bool repeats)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await AnswerAsync(client, repeats);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private async Task AnswerAsync(TcpClient client, bool repeats)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                var length = await client.GetStream().ReadAsync(buffer);
                var said = Encoding.Latin1.GetString(buffer, 0, length);
                lock (_heard) _heard.Append(said);
                if (!repeats) return;
                var flat = said.ReplaceLineEndings(" ");
                var answer = _registry == "redis" ? $"-ERR {flat}\r\n" : $"HTTP/1.1 500 Error\r\nX-Heard: {flat}\r\nContent-Length: {said.Length}\r\n\r\n{said}";
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer));
            }
            catch (IOException)
            {
                // The client has left.
            }
        }
    }
}
