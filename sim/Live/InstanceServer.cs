using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Sim.Live;

/// <summary>What an instance answers.</summary>
internal sealed record Order(int Id, string ServedBy);

/// <summary>How orders become JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
internal sealed partial class LiveJson : JsonSerializerContext;

/// <summary>One instance as a process of its own: a web server that runs until its parent is gone.</summary>
internal static class InstanceServer
{
    /// <summary>How the line begins that tells the port.</summary>
    internal const string Announcement = "listening on port ";

    internal static async Task RunAsync(string id, int port, TextReader input, TextWriter output, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapGet("/health", static () => Results.Ok());
        app.MapGet("/orders/{number:int}", (int number) => Results.Json(new Order(number, id), LiveJson.Default.Order));
        await app.StartAsync(stop);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await output.WriteLineAsync($"{Announcement}{new Uri(address).Port}");
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            told.TrySetResult();
        });
        // The parent holds the other end of standard input: it ends with the parent, however that ends. Reading it blocks.
        await Task.WhenAny(told.Task, Task.Run(input.ReadToEnd, stop));
        // What has arrived is answered first.
        await app.StopAsync(CancellationToken.None);
    }
}
