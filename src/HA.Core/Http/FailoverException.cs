using System.Collections.Immutable;
using HA.Core.Calls;

namespace HA.Core.Http;

/// <summary>An HTTP call got no answer from any instance it could be tried on.</summary>
/// <remarks>The message names every attempt with its real address, and what the registry knew.</remarks>
public sealed class FailoverException : HttpRequestException
{
    /// <summary>Creates the exception.</summary>
    public FailoverException() { }

    /// <summary>Creates the exception.</summary>
    public FailoverException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public FailoverException(string message, Exception? innerException) : base(message, innerException) { }

    private FailoverException(HttpRequestError error, string message, Exception? innerException) : base(error, message, innerException) { }

    /// <summary>How the call ended.</summary>
    public CallStatus Status { get; private init; } = CallStatus.Failed;

    /// <summary>Every attempt that failed, oldest first.</summary>
    public ImmutableArray<AttemptRecord> Attempts { get; private init; } = [];

    internal static FailoverException Of(HttpRequestError error, in CallResult<HttpAnswer> result) =>
        new(error, result.Describe(), result.LastError) { Status = result.Status, Attempts = result.FailedAttempts };
}
