using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Registry;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>A process that calls the service through the shipped client.</summary>
internal abstract class VirtualClient
{
    private readonly RandomStream _kinds;

    protected VirtualClient(World world, int number)
    {
        World = world;
        Name = $"client-{number}";
        Place = new Place(PlaceKind.Client, Name);
        Number = world.Simulation.Trace.Name(Name);
        Environment = world.Simulation.CreateEnvironment(Name, world.Observer.ListenAs(this));
        var connection = new VirtualRegistry(world, Place);
        Registry = world.Parts.Registry?.Invoke(connection) ?? connection;
        Options = OptionsOf(world, Place, Environment);
        _kinds = world.Simulation.Random("kind of call", Name);
    }

    internal string Name { get; }

    internal Place Place { get; }

    /// <summary>Its number in the trace.</summary>
    internal int Number { get; }

    /// <summary>When its watcher first held removals back; null if it never did.</summary>
    internal TimeSpan? HeldSince { get; set; }

    /// <summary>Its endpoints, as it knows them.</summary>
    internal abstract ServicePool Pool { get; }

    /// <summary>Hears of the end of each call; null for nobody.</summary>
    internal Action<long>? WhenEnded { get; set; }

    protected World World { get; }

    protected SimEnvironment Environment { get; }

    protected IServiceRegistry Registry { get; }

    protected PoolOptions Options { get; }

    internal static VirtualClient Create(World world, int number) => world.Scenario.Client.Seam == CallSeam.Http
        ? new HttpVirtualClient(world, number)
        : new TransportVirtualClient(world, number);

    /// <summary>Begins a call; the observer hears of its end.</summary>
    internal void Begin(long call)
    {
        var share = World.Scenario.Traffic.IdempotentShare;
        // Drawn for every call, so that changing the share does not shift anything else.
        var isIdempotent = _kinds.NextDouble() < share;
        World.Observer.CallStarted(this, call);
        if (!isIdempotent) World.Observer.CallIsOnceOnly(call);
        Send(call, isIdempotent, World.Pump.Clock);
    }

    internal abstract ValueTask CloseAsync();

    /// <summary>Makes the call, then tells its end by <see cref="End"/>.</summary>
    protected abstract void Send(long call, bool isIdempotent, long startedAt);

    protected void End(long call, in CallEnd end, long startedAt)
    {
        World.Observer.CallEnded(this, call, end, World.Pump.Clock - startedAt);
        WhenEnded?.Invoke(call);
    }

    /// <summary>What a call is about, for policies that look at keys.</summary>
    protected ulong HashOf(long call) => KeyMoves.HashOf(call, World.Scenario.Traffic.Keys);

    private static ILoadBalancer CreateBalancer(World world, Place place, ServiceEnvironment environment, RandomStream random)
    {
        var model = world.Scenario.Client;
        if (model.Probing is { } probing)
            return new ProbingLoadBalancer(random, environment, new VirtualLoadProbe(world, place), probing);
        if (model.Textbook is { } textbook) return new TextbookBalancer(textbook, random, world);
        return model.RingPoints is { } points
            ? new ConsistentHashLoadBalancer(random, HashScheme.Ring, ringPoints: points)
            : LoadBalancers.Create(model.Balancer, random);
    }

    /// <summary>What the scenario says of clients, for one at this place.</summary>
    internal static PoolOptions OptionsOf(World world, Place place, ServiceEnvironment environment)
    {
        var model = world.Scenario.Client;
        var balancer = world.Parts.LoadBalancer ?? (random => CreateBalancer(world, place, environment, random));
        return new PoolOptions
        {
            // Followed is what the clients do: the same call has the same number in every tier.
            LoadBalancer = world.Parts.Watch is { } watch && place.Kind == PlaceKind.Client ? watch.Around(balancer) : balancer,
            Health = model.Health with { Checker = model.ActiveChecks ? new VirtualHealthChecker(world, place) : null },
            Watch = world.Scenario.Registry.Watch,
        };
    }
}

/// <summary>How a call ended, as its caller saw it.</summary>
/// <param name="IsSuccess">Whether it got a good answer.</param>
/// <param name="Attempts">Attempts made, if the seam tells; else 0.</param>
/// <param name="Error">What went wrong.</param>
internal readonly record struct CallEnd(bool IsSuccess, int Attempts, string? Error);
