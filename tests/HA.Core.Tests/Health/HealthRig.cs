using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>One endpoint under a tracker, in a world moved by hand.</summary>
internal sealed class HealthRig
{
    public static readonly TimeSpan Ejection = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan MaxEjection = TimeSpan.FromSeconds(60);
    public const int Threshold = 3;

    public HealthRig(HealthOptions? options = null, TimeSpan timerGranularity = default)
    {
        Environment = new ManualEnvironment(Listener, timerGranularity: timerGranularity);
        Tracker = new HealthTracker(
            Environment, options ?? Defaults, Orders.Service, _ => Published++);
        Endpoint = new Endpoint(Orders.Instance(1));
        Tracker.Track(Endpoint);
    }

    /// <summary>Three failures out, one good call back in, so that tests stay short.</summary>
    public static HealthOptions Defaults { get; } = new()
    {
        FailureThreshold = Threshold,
        EjectionTime = Ejection,
        MaxEjectionTime = MaxEjection,
        ProbesToRestore = 1,
    };

    public RecordingListener Listener { get; } = new();

    public ManualEnvironment Environment { get; }

    public HealthTracker Tracker { get; }

    public Endpoint Endpoint { get; }

    public int Published { get; private set; }

    public EndpointHealth Health => Endpoint.Health;

    public bool TryEnter(out long ticket) => Endpoint.Monitor.TryEnter(out ticket);

    public long Enter()
    {
        Assert.True(TryEnter(out var ticket));
        return ticket;
    }

    public void Record(OutcomeKind kind, long ticket) =>
        Endpoint.Monitor.Record(new CallOutcome(kind, TimeSpan.Zero, Environment.Clock.GetTimestamp()), ticket);

    public void Call(OutcomeKind kind) => Record(kind, Enter());

    /// <summary>Good calls at a distance for so long, which is what forgives.</summary>
    public void Serve(TimeSpan time, TimeSpan distance)
    {
        for (var left = time; left > TimeSpan.Zero; left -= distance)
        {
            Environment.Advance(distance);
            Call(OutcomeKind.Success);
        }
    }

    public void Eject()
    {
        while (Health < EndpointHealth.Unhealthy) Call(OutcomeKind.Failure);
    }

    /// <summary>Waits for the end of the ejection and answers how long it took.</summary>
    public TimeSpan WaitForProbation()
    {
        Assert.Equal(EndpointHealth.Unhealthy, Health);
        var from = Environment.Clock.Elapsed;
        var step = TimeSpan.FromMilliseconds(10);
        while (Health == EndpointHealth.Unhealthy && Environment.Clock.Elapsed - from < MaxEjection * 2) Environment.Advance(step);
        Assert.Equal(EndpointHealth.Probing, Health);
        return Environment.Clock.Elapsed - from;
    }
}
