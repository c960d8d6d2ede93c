using HA.Core.Registry;

namespace HA.Core.Etcd.Grpc;

/// <summary>What a gRPC call ended with, other than its answer.</summary>
internal sealed class GrpcException(int code, string message, Exception? innerException = null)
    : RegistryException(message, innerException)
{
    internal const int InvalidArgument = 3;
    internal const int NotFound = 5;
    internal const int PermissionDenied = 7;
    internal const int ResourceExhausted = 8;
    internal const int FailedPrecondition = 9;
    internal const int OutOfRange = 11;
    internal const int Unimplemented = 12;
    internal const int Unavailable = 14;
    internal const int Unauthenticated = 16;

    /// <summary>The status of gRPC.</summary>
    internal int Code => code;

    /// <summary>The other side does not speak gRPC, as far as can be told.</summary>
    internal bool IsForeign { get; init; }

    /// <summary>Another server may answer the same call: this one could not be reached, or has no leader.</summary>
    // Unknown and deadline exceeded are how etcd reports a write that found no leader in time.
    internal bool IsUnavailable => !IsForeign
        && (Code is Unavailable or 4 || (Code == 2 && Message.Contains("context deadline exceeded", StringComparison.Ordinal)));

    /// <summary>The token is not known (any more), or there was none and one is needed.</summary>
    internal bool IsStaleToken => Code == Unauthenticated || (Code == InvalidArgument && IsAboutTokens(Message));

    /// <summary>Whether a text of etcd says that another token would do.</summary>
    internal static bool IsAboutTokens(string reason) =>
        reason.Contains("invalid auth token", StringComparison.Ordinal)
        || reason.Contains("user name is empty", StringComparison.Ordinal)
        || reason.Contains("revision of auth store is old", StringComparison.Ordinal);

    /// <summary>A connection that failed.</summary>
    internal static GrpcException OfTransport(Exception error, bool isForeign)
    {
        var innermost = error;
        while (innermost.InnerException is { } inner) innermost = inner;
        var text = innermost == error ? error.Message : $"{error.Message} {innermost.Message}";
        return new GrpcException(Unavailable, text, error) { IsForeign = isForeign };
    }
}
