using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Inspection;

/// <summary>Everything about one call. Its JSON form is a public, stable format. Times count from the start of the run.</summary>
public sealed record CallAccount
{
    /// <summary>Its number: calls are counted from 1 in the order of their arrival, whatever the policy.</summary>
    public required long Call { get; init; }

    /// <summary>Who made it.</summary>
    public required string Client { get; init; }

    /// <summary>The policy that picked.</summary>
    public required string Balancer { get; init; }

    /// <summary>When it began.</summary>
    public required double BeganAtSeconds { get; init; }

    /// <summary>Whether it may safely be sent twice.</summary>
    public required bool IsIdempotent { get; init; }

    /// <summary>Each attempt, in the order of their beginnings.</summary>
    public required ImmutableArray<AttemptAccount> Attempts { get; init; }

    /// <summary>What the policy was asked for without an attempt that followed: nobody was eligible, or time ran out.</summary>
    public required ImmutableArray<PickAccount> PicksWithoutAttempt { get; init; }

    /// <summary>What its client changed its mind about meanwhile.</summary>
    public required ImmutableArray<TimelineEntry> Meanwhile { get; init; }

    /// <summary>How long it took.</summary>
    public required double TookMs { get; init; }

    /// <summary>Whether it got a good answer.</summary>
    public required bool IsSuccess { get; init; }

    /// <summary>What its caller was told if not.</summary>
    public string? Error { get; init; }
}

/// <summary>One attempt of a call.</summary>
/// <param name="Number">From 1.</param>
/// <param name="AfterMs">When it began, after the call.</param>
/// <param name="Instance">Whom it went to; null if nobody was ever at that address.</param>
/// <param name="Picks">What the policy was asked for and answered; the last one led here, unless all it named were tried already.</param>
/// <param name="ArrivedAfterMs">When it reached the instance, after the call; null if it never did.</param>
/// <param name="Ahead">Calls that were there when it came.</param>
/// <param name="TookMs">How long until its client knew; null if it never heard.</param>
/// <param name="Outcome">What its client learnt of it; null if it cannot be told from another one that began at that instant.</param>
public sealed record AttemptAccount(
    int Number, double AfterMs, string? Instance, ImmutableArray<PickAccount> Picks, double? ArrivedAfterMs, int? Ahead, double? TookMs,
    string? Outcome);

/// <summary>One question to the policy.</summary>
/// <param name="IsPanic">Whether too few were fit, so that others were candidates as well.</param>
/// <param name="Known">Instances that the client knew of.</param>
/// <param name="Candidates">Those that might be picked.</param>
/// <param name="Drawn">The two that were drawn to be compared, if the policy does that.</param>
/// <param name="Chosen">Its answer; null for nobody.</param>
public sealed record PickAccount(
    bool IsPanic, int Known, ImmutableArray<CandidateAccount> Candidates, ImmutableArray<string> Drawn, string? Chosen);

/// <summary>An instance that might have been picked, as its client saw it, and as it was.</summary>
/// <param name="Id">Which.</param>
/// <param name="Health">What the client thought of it.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="InFlight">Calls that this client had there.</param>
/// <param name="LatencyMs">What the client had learnt of its latency; null for nothing yet.</param>
/// <param name="SuccessShare">The same of its successes.</param>
/// <param name="FailuresInARow">Since its last success.</param>
/// <param name="Score">What the policy compares, the less the better; null if it compares nothing, or the instance is too new.</param>
/// <param name="Truth">How the instance was in fact: running, stopped or hung.</param>
/// <param name="CallsThere">Calls of all clients that were there in fact.</param>
public sealed record CandidateAccount(
    string Id, string Health, int Weight, int InFlight, double? LatencyMs, double SuccessShare, int FailuresInARow, double? Score,
    string Truth, int CallsThere);
