using HA.Core.Balancing;
using HA.Core.Calls;

namespace HA.Core.Simulation.Model;

/// <summary>A call as the transport seam sends it.</summary>
/// <param name="Call">Number of the call, from 1, the same in every tier; 0 for a health check.</param>
/// <param name="IsIdempotent">Whether doing it twice does no more than doing it once.</param>
internal readonly record struct VirtualRequest(long Call, bool IsIdempotent = false);

/// <summary>What a virtual instance answers.</summary>
/// <param name="Status">As in HTTP: 200, 500, 503.</param>
internal readonly record struct VirtualResponse(int Status)
{
    /// <summary>To a check: how busy the instance is.</summary>
    internal LoadReport Load { get; init; }

    internal const int Ok = 200;
    internal const int Error = 500;
    internal const int Overloaded = 503;
}

/// <summary>Judges virtual answers as HTTP's are judged.</summary>
internal sealed class VirtualClassifier : IOutcomeClassifier<VirtualResponse>
{
    public OutcomeKind Classify(VirtualResponse response) => response.Status switch
    {
        VirtualResponse.Ok => OutcomeKind.Success,
        VirtualResponse.Overloaded => OutcomeKind.Overload,
        _ => OutcomeKind.Failure,
    };

    public string Describe(VirtualResponse response) => $"{response.Status}";
}
