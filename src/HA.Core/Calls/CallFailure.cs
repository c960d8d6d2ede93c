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
            _ => $"The call to '{service}' failed.",
        };
        var attempts = Attempts.IsEmpty ? "" : $" {Attempts.Length} failed: {string.Join("; ", Attempts)}.";
        var reason = Reason.Length == 0 ? "" : $" {Reason}";
        return $"{head}{attempts}{reason} Known of '{service}': {Knowledge}.";
    }
}
