using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

public class MetersTests
{
    // Part of the contract: dashboards and alerts go by these.
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["hacore.client.attempt.duration"] = "Histogram s",
        ["hacore.health.transitions"] = "Counter {transition}",
        ["hacore.panic.status"] = "UpDownCounter 1",
        ["hacore.registry.watch.restarts"] = "Counter {restart}",
        ["hacore.registry.entries.refused"] = "Counter {entry}",
        ["hacore.registration.changes"] = "Counter {change}",
        ["hacore.config.reloads"] = "Counter {reload}",
        ["hacore.config.denied"] = "Counter {key}",
        ["hacore.drain.duration"] = "Histogram s",
    };

    [Fact]
    public async Task Instruments_All_HaveTheirNamesAndUnits()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        _ = new HostingMeters(provider.GetRequiredService<IMeterFactory>());
        var found = recorder.Instruments.ToDictionary(
            static i => i.Name, static i => $"{i.GetType().Name.Split('`')[0]} {i.Unit}", StringComparer.Ordinal);
        Assert.Equal(Units.OrderBy(static u => u.Key, StringComparer.Ordinal), found.OrderBy(static u => u.Key, StringComparer.Ordinal));
        Assert.All(recorder.Instruments, static i => Assert.False(string.IsNullOrEmpty(i.Description)));
    }

    [Fact]
    public async Task Durations_AreRecordedInSeconds()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        using var recorder = new Recorder(factory);
        var meters = new HostingMeters(factory);
        meters.Attempted(new ServiceInstance("catalog", "c", "10.0.0.5", 81), OutcomeKind.Overload, TimeSpan.FromMilliseconds(250));
        meters.Drained(TimeSpan.FromSeconds(3), isComplete: true);
        Assert.Contains(
            "hacore.client.attempt.duration 0.25 service.peer.name=catalog server.address=10.0.0.5 server.port=81 hacore.outcome=overload", recorder.Records);
        Assert.Contains("hacore.drain.duration 3 hacore.drain.result=complete", recorder.Records);
    }

    [Fact]
    public async Task Calls_AndAnEjection_AreMeasuredAndLogged()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        servers.Dead[81] = true;
        for (var i = 0; i < 20; i++) await provider.GetRequiredService<CatalogClient>().ItemAsync(i);
        Assert.Equal(20, recorder.Records.Count(static r => r.Contains("attempt.duration", StringComparison.Ordinal) && r.Contains("=82 ", StringComparison.Ordinal)));
        Assert.Contains(recorder.Records, static r => r.StartsWith("hacore.health.transitions 1 service.peer.name=catalog", StringComparison.Ordinal)
            && r.EndsWith("hacore.to_state=unhealthy", StringComparison.Ordinal));
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1100", StringComparison.Ordinal) && l.Contains("10.0.0.5:81", StringComparison.Ordinal));
    }

    [Fact]
    public void EventIds_AllOfThem_AreUnique()
    {
        var ids = typeof(HostingLog).GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Select(static m => m.GetCustomAttributes(typeof(LoggerMessageAttribute), inherit: false).OfType<LoggerMessageAttribute>().SingleOrDefault()?.EventId)
            .OfType<int>().ToArray();
        Assert.InRange(ids.Length, 20, 100);
        Assert.Distinct(ids);
    }

    [Fact]
    public void Log_OfAReasonFromOutside_IsOneLine()
    {
        var log = new Lines();
        using var factory = LoggerFactory.Create(b => b.AddProvider(log));
        new LoggingListener(factory).OnHealthChanged(
            new ServiceInstance("catalog", "c", "10.0.0.5", 81), EndpointHealth.Healthy, EndpointHealth.Unhealthy, "a\r\nWarning 1: forged");
        Assert.DoesNotContain(log.All, static l => l.Contains('\n', StringComparison.Ordinal));
    }

    internal sealed class Recorder : IDisposable
    {
        private readonly MeterListener _listener = new();

        internal Recorder(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope != factory || instrument.Meter.Name != HostingMeters.Name) return;
                Instruments.Enqueue(instrument);
                listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
            _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
            _listener.Start();
        }

        internal ConcurrentQueue<Instrument> Instruments { get; } = new();

        internal ConcurrentQueue<string> Records { get; } = new();

        public void Dispose() => _listener.Dispose();

        private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            Records.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(static t => $"{t.Key}={t.Value}"))}");
    }
}
