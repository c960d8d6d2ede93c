using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Calls;

/// <summary>What is kept of a call that did not go well; not allocated for one that does.</summary>
internal sealed class CallFailure(string service)
{
    private readonly List<Endpoint> _tried = [];

    /// <summary>Endpoints that failed this call.</summary>
    internal ReadOnlySpan<Endpoint> Tried => CollectionsMarshal.AsSpan(_tried);

    internal ImmutableArray<AttemptRecord> Attempts { get; private set; } = [];

    internal Exception? LastError { get; private set; }

    /// <summary>What the registry knew when the call ended.</summary>
    internal string Knowledge { get; set; } = "";

    /// <summary>Why there was no further attempt.</summary>
    internal string Reason { get; set; } = "";

    /// <summary>Whether the last attempt went to an endpoint that this call had tried before.</summary>
    internal bool IsRepeated { get; private set; }

    /// <summary>When the whole service may be asked again, as a timestamp.</summary>
    internal long ServiceHeldUntil { get; private set; } = long.MinValue;

    /// <summary>When the last of the endpoints that failed this call may be asked again, as a timestamp.</summary>
    internal long TriedHeldUntil { get; private set; } = long.MinValue;

    /// <summary>An endpoint asked to be left alone, for itself or for the whole service.</summary>
    internal void Hold(long until, bool isForAll)
    {
        TriedHeldUntil = Math.Max(TriedHeldUntil, until);
        if (isForAll) ServiceHeldUntil = Math.Max(ServiceHeldUntil, until);
    }

    internal void Add(Endpoint endpoint, AttemptRecord attempt, Exception? error)
    {
        IsRepeated = _tried.Contains(endpoint);
        if (!IsRepeated) _tried.Add(endpoint);
        Attempts = Attempts.Add(attempt);
        LastError = error ?? LastError;
    }

    internal string Describe(CallStatus status)
    {
        var head = status switch
        {
            CallStatus.NoEndpoint => $"No instance of '{service}' can be called.",
            CallStatus.DeadlineExceeded => $"The call to '{service}' did not end within its deadline.",
            CallStatus.Cancelled => $"The call to '{service}' was cancelled.",
            CallStatus.Refused => $"The call to '{service}' was not sent.",
            _ => $"The call to '{service}' failed.",
        };
        var attempts = Attempts.IsEmpty ? "" : $" {Attempts.Length} failed: {string.Join("; ", Attempts)}.";
        var reason = Reason.Length == 0 ? "" : $" {Reason}";
        return $"{head}{attempts}{reason} Known of '{service}': {Knowledge}.";
    }
}
