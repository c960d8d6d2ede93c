using System.Globalization;
using HA.Core.Hosting.Runtime;
using HA.Core.Hosting.Telemetry;
using HA.Core.Registry;
using HA.Core.Time;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Registration;

/// <summary>Registers this program when its server listens, and takes it out while it still does.</summary>
internal sealed class SelfRegistration(
    IOptions<SelfRegistrationOptions> options, IOptions<HostOptions> host, NamedParts parts, RegistryUsers users,
    Settings.OptionsKeeper keeperOfOptions,
    ServiceEnvironment environment, DrainState state, IHostApplicationLifetime lifetime, IServiceProvider services, HostingMeters meters,
    ILoggerFactory loggers)
    : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan LookAtInFlight = TimeSpan.FromMilliseconds(20);

    private readonly ILogger _log = loggers.CreateLogger(HostingLog.LifecycleCategory);
    private RegistrationKeeper? _keeper;
    private CancellationTokenRegistration _stopping;

    /// <summary>How far the registration has come; null before the start.</summary>
    internal RegistrationState? State => _keeper?.State;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        TellBudget();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not earlier: whoever is registered before it listens gets calls that it refuses.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var own = options.Value;
        var bound = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var at = ListeningAddress.Choose(own, bound, ListeningAddress.OfTheMachine);
        if (at.IsLoopback) _log.OnlyThisMachine(at.Address);
        var instance = Describe(own, at.Scheme, at.Address, at.Port);
        users.Add(this);
        // Asked at once, so that nobody is told "ready" after that, whatever else wants to be stopped first.
        _stopping = lifetime.ApplicationStopping.UnsafeRegister(static s => ((DrainState)s!).Drain(), state);
        _keeper = new RegistrationKeeper(parts.Registry(own.Registry ?? keeperOfOptions.DefaultRegistry), instance, environment, own.Lease);
        state.Ready();
        _log.Registering(instance.ToString(), own.Registry ?? "default");
        return Task.CompletedTask;
    }

    // Before any server stops: what arrives while the word spreads is served.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Drain();
        if (_keeper is not { } keeper) return;
        var since = environment.Time.GetTimestamp();
        try
        {
            if (keeper.State is RegistrationState.Registered or RegistrationState.Lost)
            {
                _log.Draining(keeper.Instance.ToString(), options.Value.Drain.PropagationTime);
                keeper.Update(keeper.Instance.WithStatus(ServiceStatus.Draining));
                await environment.Time.DelayAsync(options.Value.Drain.PropagationTime, cancellationToken).ConfigureAwait(false);
            }

            await WaitForRequestsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host is out of patience: leave at once.
        }

        await keeper.DisposeAsync().ConfigureAwait(false);
        var left = state.InFlight;
        if (left > 0) _log.LeftInFlight(left, options.Value.Drain.InFlightTimeout);
        var took = environment.Time.GetElapsedTime(since);
        meters.Drained(took, isComplete: left == 0);
        _log.Left(keeper.Instance.ToString(), took);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A host that was never stopped in order leaves all the same.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync().ConfigureAwait(false);
        if (_keeper is { } keeper) await keeper.DisposeAsync().ConfigureAwait(false);
    }

    internal static ServiceInstance Describe(SelfRegistrationOptions options, string scheme, string address, int port) =>
        new(options.Service!, options.Id ?? DefaultId(Environment.MachineName, port), address, port)
        {
            Scheme = scheme,
            Zone = options.Zone,
            Version = options.Version,
            Weight = options.Weight,
            Tags = options.Tags,
            Metadata = options.Metadata,
            HealthCheckUrl = options.HealthCheckUrl,
        };

    // The same at every start on this machine and port, so that a program that was killed takes its former place.
    internal static string DefaultId(string machine, int port)
    {
        var name = new string([.. machine.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')]).Trim('-');
        return $"{(name.Length == 0 ? "host" : name)}-{port.ToString(CultureInfo.InvariantCulture)}";
    }

    private async Task WaitForRequestsAsync(CancellationToken cancellationToken)
    {
        using var limit = new Deadline(environment.Time, options.Value.Drain.InFlightTimeout + LookAtInFlight, cancellationToken);
        try
        {
            while (state.InFlight > 0) await environment.Time.DelayAsync(LookAtInFlight, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What is left is told, and ends with the server.
        }
    }

    private void TellBudget()
    {
        var (drain, lease) = (options.Value.Drain, options.Value.Lease);
        var needed = drain.PropagationTime + drain.InFlightTimeout + lease.DeregisterTimeout;
        var patience = host.Value.ShutdownTimeout;
        if (needed <= patience) _log.DrainFits(needed, patience);
        else _log.DrainDoesNotFit(needed, drain.PropagationTime, drain.InFlightTimeout, lease.DeregisterTimeout, patience);
    }
}
