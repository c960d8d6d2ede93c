using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

/// <summary>What a webhook received.</summary>
internal sealed record Received(string Path, byte[] Body, string Timestamp, string Signature, string? ContentType);

/// <summary>A server that takes what is posted to it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    internal ConcurrentQueue<Received> All { get; } = new();

    internal Uri Url => new(new Uri(_app.Urls.Single()), "/alerts");

    /// <param name="answer">Answers, after the request was noted; 200 when null.</param>
    /// <param name="port">0 for any.</param>
    internal static async Task<Receiver> StartAsync(Func<HttpContext, Task>? answer = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers;
            receiver.All.Enqueue(new Received(
                context.Request.Path, body.ToArray(), headers["HA-Timestamp"].ToString(), headers["HA-Signature"].ToString(), context.Request.ContentType));
            if (answer is not null) await answer(context);
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
