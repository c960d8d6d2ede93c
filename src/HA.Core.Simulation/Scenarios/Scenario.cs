using System.Collections.Immutable;
using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Scenarios;

/// <summary>A system, its load, what goes wrong in it, and what must hold nevertheless. Data only: a run is made of it.</summary>
public sealed record Scenario
{
    /// <summary>Short name, as typed on a command line.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence: what happens and what is expected.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where the values come from that are expected, if they are known from elsewhere.</summary>
    public string Source { get; init; } = "";

    /// <summary>Free labels.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>How long calls keep arriving, in virtual time.</summary>
    /// <value>The default is 60 s.</value>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Calls that begin before this are not measured: the time until the system is in its stride.</summary>
    /// <value>The default is zero: all are.</value>
    public TimeSpan MeasureFrom { get; init; }

    /// <summary>How many runs, each with a seed of its own, make one experiment; a single run does not look at it.</summary>
    /// <value>The default is 1.</value>
    public int Seeds { get; init; } = 1;

    /// <summary>The service and its instances.</summary>
    public ServiceModel Service { get; init; } = new();

    /// <summary>
    /// The services behind it: each call that an instance has served makes it call the first of them, whose instances call
    /// the next, and so on, each process through a client of its own with the options of <see cref="Client"/>. It answers
    /// when it was answered, and keeps no worker busy while it waits.
    /// </summary>
    /// <value>The default is none.</value>
    public ImmutableArray<ServiceModel> Behind { get; init; } = [];

    /// <summary>The calls that arrive.</summary>
    public TrafficModel Traffic { get; init; } = new();

    /// <summary>The processes that make the calls, running the shipped client.</summary>
    public ClientModel Client { get; init; } = new();

    /// <summary>What is between them.</summary>
    public NetworkModel Network { get; init; } = new();

    /// <summary>The registry that both sides use.</summary>
    public RegistryModel Registry { get; init; } = new();

    /// <summary>What goes wrong, and when.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];

    /// <summary>What must hold at the end.</summary>
    public ImmutableArray<Expectation> Expectations { get; init; } = [];
}
