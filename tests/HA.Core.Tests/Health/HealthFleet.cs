using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>Several endpoints under one tracker, in a world moved by hand.</summary>
internal sealed class HealthFleet
{
    public HealthFleet(int count, HealthOptions options)
    {
        Environment = new ManualEnvironment(Listener);
        Tracker = new HealthTracker(Environment, options, Orders.Service, static _ => { });
        Endpoints = [.. Orders.Endpoints(count)];
        foreach (var endpoint in Endpoints) Tracker.Track(endpoint);
    }

    /// <summary>No detector of its own ejects: only comparison does.</summary>
    public static HealthOptions ComparedOnly { get; } = new() { Detector = static () => new Blind(), ProbesToRestore = 1 };

    public RecordingListener Listener { get; } = new();

    public ManualEnvironment Environment { get; }

    public HealthTracker Tracker { get; }

    public Endpoint[] Endpoints { get; }

    public IEnumerable<int> Ejected => Enumerable.Range(0, Endpoints.Length).Where(i => Endpoints[i].Health == EndpointHealth.Unhealthy);

    public void Call(int endpoint, OutcomeKind kind, double milliseconds = 10)
    {
        var monitor = Endpoints[endpoint].Monitor;
        Assert.True(monitor.TryEnter(out var ticket));
        monitor.Record(new CallOutcome(kind, TimeSpan.FromMilliseconds(milliseconds), Environment.Clock.GetTimestamp()), ticket);
    }

    /// <summary>So many calls to each, of which this share fails.</summary>
    public void Serve(int calls, params double[] failureShares)
    {
        for (var call = 0; call < calls; call++)
        {
            for (var i = 0; i < failureShares.Length; i++)
                Call(i, call < failureShares[i] * calls ? OutcomeKind.Failure : OutcomeKind.Success);
        }
    }

    /// <summary>Lets an interval pass and a call end after it, which is what sets a comparison off.</summary>
    public void Compare(int caller = 0)
    {
        Environment.Advance(TimeSpan.FromSeconds(10));
        Call(caller, OutcomeKind.Success);
        Environment.RunPosted();
    }

    private sealed class Blind : IFailureDetector
    {
        public TimeSpan? Observe(in CallOutcome outcome) => null;

        public void Reset()
        {
        }
    }
}
