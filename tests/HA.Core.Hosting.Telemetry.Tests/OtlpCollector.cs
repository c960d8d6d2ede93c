using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

/// <summary>A span as it arrived.</summary>
internal sealed record SpanArrived(
    string Source, string TraceId, string SpanId, string ParentId, string Name, int Kind, int Status, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A measurement as it arrived: a count for histograms, a value for all others.</summary>
internal sealed record PointArrived(string Name, string Unit, double Value, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A server that takes metrics and traces by OTLP over HTTP, as a collector does.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpCollector(WebApplication app) => _app = app;

    internal Uri Address => new(_app.Urls.Single());

    internal ConcurrentQueue<SpanArrived> Spans { get; } = new();

    internal ConcurrentQueue<PointArrived> Points { get; } = new();

    internal static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new OtlpCollector(builder.Build());
        collector._app.MapPost("/v1/traces", context => TakeAsync(context, collector.TakeSpans));
        collector._app.MapPost("/v1/metrics", context => TakeAsync(context, collector.TakeMetrics));
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, Action<ProtoFields> take)
    {
        if (context.Request.ContentType != "application/x-protobuf")
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        take(new ProtoFields(body.ToArray()));
        // An empty message: all of it was taken.
        context.Response.ContentType = "application/x-protobuf";
    }

    private void TakeSpans(ProtoFields request)
    {
        foreach (var scope in request.Messages(1).SelectMany(static resource => resource.Messages(2)))
        {
            var source = scope.Messages(1).First().Text(1);
            foreach (var span in scope.Messages(2))
            {
                var status = span.Has(15) ? (int)span.Messages(15).First().Number(3) : 0;
                Spans.Enqueue(new SpanArrived(
                    source, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), (int)span.Number(6), status, AttributesOf(span.Messages(9))));
            }
        }
    }

    private void TakeMetrics(ProtoFields request)
    {
        foreach (var metric in request.Messages(1).SelectMany(static r => r.Messages(2)).SelectMany(static s => s.Messages(2)))
        {
            var (name, unit) = (metric.Text(1), metric.Text(3));
            foreach (var point in metric.Messages(5).Concat(metric.Messages(7)).SelectMany(static data => data.Messages(1)))
            {
                var value = point.Has(6) ? (long)point.Number(6) : BitConverter.UInt64BitsToDouble(point.Number(4));
                Points.Enqueue(new PointArrived(name, unit, value, AttributesOf(point.Messages(7))));
            }

            foreach (var point in metric.Messages(9).SelectMany(static data => data.Messages(1)))
                Points.Enqueue(new PointArrived(name, unit, point.Number(4), AttributesOf(point.Messages(9))));
        }
    }

    private static Dictionary<string, string> AttributesOf(IEnumerable<ProtoFields> pairs) =>
        pairs.ToDictionary(static p => p.Text(1), static p => ValueOf(p.Messages(2).First()), StringComparer.Ordinal);

    private static string ValueOf(ProtoFields value) => value.Has(1)
        ? value.Text(1)
        : ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture);
}
