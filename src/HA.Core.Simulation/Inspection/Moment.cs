using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Inspection;

/// <summary>A run stopped at a moment: what is, and what each client believes. Its JSON form is a public, stable format.</summary>
public sealed record Moment
{
    /// <summary>Virtual time since the start of the run; what happens at this very instant has not happened yet.</summary>
    public required double AtSeconds { get; init; }

    /// <summary>Calls that had arrived.</summary>
    public required long Calls { get; init; }

    /// <summary>Calls that had failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Calls under way.</summary>
    public required long Open { get; init; }

    /// <summary>Each instance that ever was, in the order of their birth.</summary>
    public required ImmutableArray<InstanceMoment> Instances { get; init; }

    /// <summary>Each client.</summary>
    public required ImmutableArray<ClientMoment> Clients { get; init; }

    /// <summary>Faults and changes of opinion until then, in order.</summary>
    public required ImmutableArray<TimelineEntry> Timeline { get; init; }
}

/// <summary>An instance at a moment.</summary>
/// <param name="Id">Which.</param>
/// <param name="Zone">Its zone, or null.</param>
/// <param name="Truth">Its process: running, stopped or hung.</param>
/// <param name="HasLeft">It left on purpose.</param>
/// <param name="IsRegistered">The registry names it.</param>
/// <param name="CallsThere">Calls being served or waiting there.</param>
/// <param name="Slowness">Factor on the time of each call.</param>
/// <param name="ErrorShare">Share of its calls that it answers with an error.</param>
/// <param name="Beliefs">What each client believes of it; a client that does not know it is missing.</param>
public sealed record InstanceMoment(
    string Id, string? Zone, string Truth, bool HasLeft, bool IsRegistered, int CallsThere, double Slowness, double ErrorShare,
    ImmutableArray<Belief> Beliefs)
{
    /// <summary>Whether it should be called: it runs and means to stay.</summary>
    public bool IsFit => Truth == "running" && !HasLeft;
}

/// <summary>What a client believes of an instance.</summary>
/// <param name="Client">Who.</param>
/// <param name="Health">Its health.</param>
/// <param name="IsEligible">Whether calls may go there.</param>
/// <param name="InFlight">The client's own calls there.</param>
/// <param name="LatencyMs">What it has learnt of its latency; null for nothing yet.</param>
/// <param name="SuccessShare">The same of its successes.</param>
/// <param name="FailuresInARow">Since its last success.</param>
public sealed record Belief(
    string Client, string Health, bool IsEligible, int InFlight, double? LatencyMs, double SuccessShare, int FailuresInARow);

/// <summary>A client at a moment.</summary>
/// <param name="Name">Which.</param>
/// <param name="IsPanic">Whether too few instances seem fit to it.</param>
/// <param name="Knows">What it knows of the registry, in words.</param>
public sealed record ClientMoment(string Name, bool IsPanic, string Knows);
