using System.Globalization;
using HA.Core.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace HA.Core.Hosting.Tests;

/// <summary>What arrives at a collector when a program exports as OpenTelemetry's own packages do it.</summary>
[Collection(ExportCollection.Name)]
public class OtlpTests
{
    private const string Service = "otlp-shop";
    private const int Internal = 1;
    private const int Client = 3;

    [Fact]
    public async Task Export_OfAProgram_ShowsCallsAttemptsAndEjections()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var instance = await InstanceAsync();
        var (good, dead) = (new Uri(instance.Urls.Single()).Port, LoopbackPort.Free());
        var services = Shop.Services(Shop.Configuration(
            ($"Services:{Service}:http:0", $"127.0.0.1:{good}"), ($"Services:{Service}:http:1", $"127.0.0.1:{dead}"),
            ("HA:Defaults:Balancer", "round-robin"), ("HA:Defaults:Health:EjectionTime", "10m")));
        services.AddHighAvailability().AddStaticRegistry();
        services.AddHttpClient("shop").AddHighAvailability(Service);
        await using var provider = services.BuildServiceProvider();
        using (var traces = Sdk.CreateTracerProviderBuilder().AddSource("HA.Core").AddSource("System.Net.Http")
            .AddOtlpExporter(o => Send(o, collector, "traces")).Build())
        using (var metrics = Sdk.CreateMeterProviderBuilder().AddMeter("HA.Core")
            .AddOtlpExporter(o => Send(o, collector, "metrics")).Build())
        {
            var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("shop");
            for (var i = 0; i < 20; i++) Assert.Equal("served", await http.GetStringAsync("/items/1"));
            Assert.True(traces.ForceFlush());
            Assert.True(metrics.ForceFlush());
        }

        AssertTraces(collector, good, dead);
        AssertMetrics(collector, good, dead);
    }

    private static void AssertTraces(OtlpCollector collector, int good, int dead)
    {
        var ours = collector.Spans.Where(static s => s.Source == "HA.Core" && s.Attributes["service.peer.name"] == Service).ToArray();
        var calls = ours.Where(static s => s.Name == $"HA call {Service}").ToArray();
        var attempts = ours.Where(static s => s.Name == $"HA attempt {Service}").ToLookup(static s => s.ParentId, StringComparer.Ordinal);
        Assert.Equal(20, calls.Length);
        Assert.All(calls, call =>
        {
            Assert.Equal(Internal, call.Kind);
            Assert.NotEmpty(attempts[call.SpanId]);
            Assert.All(attempts[call.SpanId], attempt => Assert.Equal(call.TraceId, attempt.TraceId));
        });
        // None of them hangs anywhere else.
        Assert.Equal(ours.Length - calls.Length, calls.Sum(c => attempts[c.SpanId].Count()));
        var recovered = Assert.Single(calls.Where(static c => c.Attributes["hacore.outcome"] == "recovered").Take(1));
        Assert.Equal("2", recovered.Attributes["hacore.attempt.count"]);
        var (failed, second) = (
            Assert.Single(attempts[recovered.SpanId], static a => a.Status == 2), Assert.Single(attempts[recovered.SpanId], static a => a.Status != 2));
        Assert.Equal((Text(dead), "initial"), (failed.Attributes["server.port"], failed.Attributes["hacore.attempt.kind"]));
        Assert.Equal((Text(good), "retry", "1"), (
            second.Attributes["server.port"], second.Attributes["hacore.attempt.kind"], second.Attributes["http.request.resend_count"]));
        // The span of .NET's own client is the one that crosses the network, once for each attempt, and inside of it.
        var network = Assert.Single(collector.Spans, s => s.Source == "System.Net.Http" && s.ParentId == second.SpanId);
        Assert.Equal((Client, Text(good)), (network.Kind, network.Attributes["server.port"]));
    }

    private static void AssertMetrics(OtlpCollector collector, int good, int dead)
    {
        Assert.Equal(20, Of("hacore.client.request.duration").Sum(static p => p.Value));
        Assert.Equal(20, Of("hacore.client.attempt.duration", ("server.port", Text(good))).Sum(static p => p.Value));
        Assert.InRange(Of("hacore.client.attempt.duration", ("server.port", Text(dead))).Sum(static p => p.Value), 3, 12);
        Assert.Equal(1, Of("hacore.endpoint.ejections", ("hacore.ejection.reason", "calls")).Single().Value);
        Assert.Equal(1, Of("hacore.endpoint.count", ("hacore.endpoint.state", "unhealthy")).Single().Value);
        Assert.NotEmpty(Of("hacore.client.retries", ("hacore.retry.reason", "connect")));
        Assert.Equal("s", Of("hacore.client.request.duration").First().Unit);
        Assert.Equal("{ejection}", Of("hacore.endpoint.ejections").First().Unit);

        // What was collected last: levels and sums are told again and again.
        PointArrived[] Of(string name, params (string Key, string Value)[] attributes) =>
        [
            .. collector.Points
                .Where(p => p.Name == name && p.Attributes.GetValueOrDefault("service.peer.name") == Service
                    && attributes.All(a => p.Attributes.GetValueOrDefault(a.Key) == a.Value))
                .GroupBy(static p => string.Join(' ', p.Attributes.OrderBy(static a => a.Key, StringComparer.Ordinal)), StringComparer.Ordinal)
                .Select(static series => series.Last()),
        ];
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static void Send(OtlpExporterOptions options, OtlpCollector to, string what)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(to.Address, $"/v1/{what}");
    }

    private static async Task<WebApplication> InstanceAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/items/{id}", static () => "served");
        await app.StartAsync();
        return app;
    }
}
