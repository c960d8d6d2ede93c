using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests.Security;

/// <summary>A server on loopback that speaks mutual TLS, and says who called it.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private TlsServer(WebApplication app) => _app = app;

    internal int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    internal int Calls => _calls;

    internal static async Task<TlsServer> StartAsync(CertificateFolder files, Action<MutualTlsOptions>? configure = null, ILoggerProvider? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls("https://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddHighAvailability().AddInMemoryRegistry().AddMutualTls(o =>
        {
            files.Use(o);
            configure?.Invoke(o);
        });
        builder.Services.AddAuthentication(MutualTlsServices.PeerScheme).AddHaPeers();
        builder.Services.AddAuthorization();
        var app = builder.Build();
        var server = new TlsServer(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/items/{number:int}", (HttpContext context, int number) =>
        {
            Interlocked.Increment(ref server._calls);
            return $"{number} for {context.User.Identity?.Name} {context.Request.Protocol} {context.Connection.ClientCertificate?.Thumbprint}";
        }).RequireAuthorization();
        app.MapGet("/health", () => "fine");
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
