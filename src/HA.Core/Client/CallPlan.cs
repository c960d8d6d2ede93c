using HA.Core.Calls;

namespace HA.Core.Client;

/// <summary>What holds for one call, from its settings, the client's options and the call that it is made for.</summary>
internal readonly struct CallPlan
{
    internal CallPlan(in CallSettings settings, CallOptions options, long startedAt)
    {
        var incoming = settings.Incoming ?? IncomingCall.Current;
        StartedAt = startedAt;
        HashKey = settings.HashKey;
        IsIdempotent = settings.IsIdempotent;
        Deadline = settings.Deadline ?? options.Deadline;
        TellsTimeout = options.PropagateDeadline;
        StopsRetryChain = options.StopRetryChain;
        if (incoming is null) return;
        MustNotRetry = incoming.MustNotRetry;
        StopsRetryChain |= incoming.MustNotRetry;
        if (incoming.TimeLeft is not { } left) return;
        TellsTimeout = true;
        if (left < Deadline) Deadline = left;
    }

    internal long StartedAt { get; }

    internal ulong HashKey { get; }

    internal TimeSpan Deadline { get; }

    internal bool IsIdempotent { get; }

    /// <summary>Somebody above repeats the whole.</summary>
    internal bool MustNotRetry { get; }

    internal bool TellsTimeout { get; }

    internal bool StopsRetryChain { get; }
}
