using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

/// <summary>An in-memory registry that can be down or hang, and writes down who wrote what and when.</summary>
internal sealed class UnreliableRegistry(Stage stage) : IServiceRegistry
{
    internal InMemoryRegistry Store { get; set; } = new(stage.Environment);

    /// <summary>It refuses connections.</summary>
    internal bool IsDown { get; set; }

    /// <summary>It accepts and never answers.</summary>
    internal bool Hangs { get; set; }

    /// <summary>It does what it is asked, and the answer never arrives.</summary>
    internal bool LosesAnswers { get; set; }

    /// <summary>How long each request takes.</summary>
    internal TimeSpan Latency { get; set; }

    /// <summary>Requests that it is busy with.</summary>
    internal int UnderWay { get; private set; }

    /// <summary>The most that it was ever busy with at once.</summary>
    internal int MostUnderWay { get; private set; }

    /// <summary>What it makes of an instance before it confirms it.</summary>
    internal Func<ServiceInstance, ServiceInstance> Rewrite { get; set; } = static i => i;

    /// <summary>Requests as they arrived, answered or not.</summary>
    internal List<(TimeSpan At, string What)> Requests { get; } = [];

    public RegistryCapabilities Capabilities => Store.Capabilities;

    internal TimeSpan[] Times(string what) => [.. Requests.Where(r => r.What == what).Select(static r => r.At)];

    internal async Task<ServiceInstance?> FindAsync(string id) =>
        (await Store.DiscoverAsync(Stage.Service, CancellationToken.None)).Instances.FirstOrDefault(i => i.Id == id);

    public async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        await ArriveAsync("register", cancellationToken);
        var registration = await Store.RegisterAsync(instance, terms, cancellationToken);
        if (LosesAnswers) await stage.Environment.Time.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
        return registration with { Instance = Rewrite(registration.Instance) };
    }

    public async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await ArriveAsync("renew", cancellationToken);
        return await Store.RenewAsync(registration, cancellationToken);
    }

    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await ArriveAsync("deregister", cancellationToken);
        await Store.DeregisterAsync(registration, cancellationToken);
    }

    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        await ArriveAsync("discover", cancellationToken);
        return await Store.DiscoverAsync(service, cancellationToken);
    }

    public IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        Store.WatchAsync(service, cancellationToken);

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task ArriveAsync(string what, CancellationToken cancellationToken)
    {
        Requests.Add((stage.Now, what));
        MostUnderWay = Math.Max(MostUnderWay, ++UnderWay);
        try
        {
            if (Hangs) await stage.Environment.Time.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
            if (Latency > TimeSpan.Zero) await stage.Environment.Time.DelayAsync(Latency, cancellationToken);
            if (IsDown) throw new RegistryException("Connection refused.");
        }
        finally
        {
            UnderWay--;
        }
    }
}
