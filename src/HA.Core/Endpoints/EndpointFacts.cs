using System.Runtime.InteropServices;

namespace HA.Core.Endpoints;

/// <summary>What is counted and measured of one endpoint, laid out for those who read it most.</summary>
/// <remarks>
/// What a pick reads is on one cache line, which acquiring and completing a call write anyway; a line of distance on both
/// sides keeps the neighbours out. Each field is read and written whole. Only <see cref="Endpoint.InFlight"/> is exact under
/// concurrent use: of two outcomes at the same instant the others may remember one, which no average notices.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 320)]
internal struct EndpointFacts
{
    /// <summary>The <see cref="Place"/> of an endpoint that counts for itself.</summary>
    internal const int Nowhere = -1;

    /// <summary>Where the pool keeps the count of calls in flight, if it keeps them side by side; else null.</summary>
    [FieldOffset(128)]
    internal int[]? Row;

    /// <summary>The place in <see cref="Row"/>, or <see cref="Nowhere"/>. In one word with the count, and so on one cache line.</summary>
    [FieldOffset(136)]
    internal int Place;

    /// <summary>Calls in flight, if they are counted here.</summary>
    [FieldOffset(140)]
    internal int InFlight;

    /// <summary><see cref="Cost"/>, or its complement, which is below zero, while a pick has to look closer.</summary>
    [FieldOffset(144)]
    internal long MarkedCost;

    /// <summary>How far logarithms of latencies had faded, in all, when the latest was taken.</summary>
    [FieldOffset(152)]
    internal long Faded;

    /// <summary>Moving average of latencies in ticks that rises at once and falls slowly; 0 before the first.</summary>
    [FieldOffset(160)]
    internal double Latency;

    /// <summary>When the latest latency was taken.</summary>
    [FieldOffset(168)]
    internal long LatencyAt;

    /// <summary>Moving average of successes, by outcome rather than by time, so that bursts count.</summary>
    [FieldOffset(176)]
    internal float SuccessShare;

    /// <summary>Failures since the last success.</summary>
    [FieldOffset(180)]
    internal int Failures;

    /// <summary>When the doubt that failures raised is over.</summary>
    [FieldOffset(184)]
    internal long FailuresForgottenAt;

    /// <summary>Logarithm of <see cref="Latency"/>.</summary>
    [FieldOffset(192)]
    internal long LatencyCost;

    /// <summary>Successes, counted until it is no longer new.</summary>
    [FieldOffset(200)]
    internal int Successes;

    /// <summary>Calls of others that the endpoint spoke of last.</summary>
    [FieldOffset(204)]
    internal int OthersInFlight;

    /// <summary>When it did; 0 for never.</summary>
    [FieldOffset(208)]
    internal long OthersAt;

    /// <summary>While it is new, it is taken to need no less than this, in ticks; 0 if nothing is presumed.</summary>
    [FieldOffset(216)]
    internal double Presumed;

    /// <summary>When that was presumed: it fades from then on.</summary>
    [FieldOffset(224)]
    internal long PresumedAt;

    /// <summary>Whether it is new, or failed and has not succeeded since.</summary>
    internal readonly bool NeedsCloserLook => MarkedCost < 0;

    /// <summary>Logarithm of what a call costs, at least 0: <see cref="Latency"/>, worse for what fails.</summary>
    internal long Cost
    {
        readonly get => MarkedCost < 0 ? ~MarkedCost : MarkedCost;
        set => MarkedCost = Successes < Endpoint.SuccessesToTrust || FailuresForgottenAt != 0 ? ~value : value;
    }
}
