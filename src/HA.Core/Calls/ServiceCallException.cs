using System.Collections.Immutable;

namespace HA.Core.Calls;

/// <summary>A call failed on every endpoint that it could be tried on.</summary>
public sealed class ServiceCallException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ServiceCallException() { }

    /// <summary>Creates the exception.</summary>
    public ServiceCallException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public ServiceCallException(string message, Exception? innerException) : base(message, innerException) { }

    internal ServiceCallException(CallStatus status, ImmutableArray<AttemptRecord> attempts, string message, Exception? inner)
        : base(message, inner)
    {
        Status = status;
        Attempts = attempts;
    }

    /// <summary>How the call ended.</summary>
    public CallStatus Status { get; } = CallStatus.Failed;

    /// <summary>Every attempt that failed, oldest first.</summary>
    public ImmutableArray<AttemptRecord> Attempts { get; } = [];
}
