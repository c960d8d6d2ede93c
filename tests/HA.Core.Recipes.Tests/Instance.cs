using System.Collections.Concurrent;
using HA.Core.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Recipes.Tests;

/// <summary>A real server on loopback that tells who it is, and is one instance of a service.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ConnectionContext, byte> _connections = new();
    private readonly WebApplication _app;
    private readonly IServiceRegistry _registry;
    private volatile ServiceRegistration? _registration;
    private volatile TaskCompletionSource? _gate;
    private int _calls;
    private int _held;

    private Instance(string id, IServiceRegistry registry, HttpProtocols protocols)
    {
        Id = id;
        _registry = registry;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(this);
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            listen.Use(next => async connection =>
            {
                _connections[connection] = 0;
                await next(connection);
                _connections.TryRemove(connection, out _);
            });
        }));
        _app = builder.Build();
        _app.UseWebSockets();
        Sites.Map(_app, this);
    }

    internal string Id { get; }

    internal Uri Address { get; private set; } = null!;

    /// <summary>Calls that it was asked for, however they ended.</summary>
    internal int Calls => Volatile.Read(ref _calls);

    /// <summary>Calls that wait for <see cref="Release"/>.</summary>
    internal int Held => Volatile.Read(ref _held);

    /// <summary>What every call is answered in place of the answer: a status of HTTP or of gRPC.</summary>
    internal int? Fails { get; set; }

    internal static async Task<Instance> StartAsync(string id, IServiceRegistry registry, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var instance = new Instance(id, registry, protocols);
        await instance._app.StartAsync();
        var server = instance._app.Services.GetRequiredService<IServer>();
        instance.Address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return instance;
    }

    internal async Task RegisterAsync() => _registration = await _registry.RegisterAsync(
        new ServiceInstance(Fleet.Service, Id, Address.Host, Address.Port),
        new RegistrationTerms(Id, TimeSpan.FromHours(1), TakeOver: false), CancellationToken.None);

    internal async Task DeregisterAsync()
    {
        if (_registration is { } registration) await _registry.DeregisterAsync(registration, CancellationToken.None);
    }

    /// <summary>From now on calls are taken and not answered.</summary>
    internal void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Release() => Interlocked.Exchange(ref _gate, null)?.TrySetResult();

    /// <summary>A call has come: counts it, and keeps it while calls are held.</summary>
    internal async Task EnterAsync(CancellationToken aborted)
    {
        Interlocked.Increment(ref _calls);
        if (_gate is not { } gate) return;
        Interlocked.Increment(ref _held);
        await gate.Task.WaitAsync(aborted);
    }

    /// <summary>
    /// Gone without a word: nobody listens any more, connections break with whatever is under way, the registry still names it.
    /// </summary>
    internal async Task KillAsync()
    {
        var stopping = _app.StopAsync(new CancellationToken(canceled: true));
        foreach (var connection in _connections.Keys) connection.Abort();
        Release();
        await stopping;
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await KillAsync();
        await _app.DisposeAsync();
    }
}
