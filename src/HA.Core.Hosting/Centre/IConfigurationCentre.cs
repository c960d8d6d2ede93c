using System.Collections.Immutable;

namespace HA.Core.Hosting.Centre;

/// <summary>A store outside of the program that holds configuration: an honest reader without loops, timers or retries.</summary>
/// <remarks>
/// Whoever follows it backs off, keeps the last good values and checks what comes; an implementation only reads. One flow
/// uses it at a time.
/// </remarks>
public interface IConfigurationCentre : IAsyncDisposable
{
    /// <summary>For logs, such as <c>etcd ha/shop</c>. Holds no credentials.</summary>
    string Name { get; }

    /// <summary>
    /// Everything below the prefix, now and after each change. Each one shows one moment of the store: a change of several
    /// keys that the store makes at once is seen whole or not at all. Changes that follow each other quickly may be seen as one.
    /// </summary>
    /// <remarks>Never ends by itself; what goes wrong is thrown, and an outage never looks like an empty prefix.</remarks>
    /// <exception cref="CentreException">It holds more than the limits allow to be read.</exception>
    IAsyncEnumerable<CentreSnapshot> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>What a centre holds below a prefix, at one moment.</summary>
/// <param name="Revision">What the store calls that moment, for logs.</param>
/// <param name="Values">Keys without the prefix, and their values. Keys may be divided by <c>/</c> or <c>:</c>.</param>
public sealed record CentreSnapshot(string Revision, ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> Values);

/// <summary>What a centre is to be read for.</summary>
/// <param name="Prefix">What its keys begin with, without a slash at the end.</param>
/// <param name="Limits">What is taken of it. A reader that can refuse more while it reads should.</param>
/// <param name="Environment">The world.</param>
public sealed record CentreScope(string Prefix, CentreLimits Limits, ServiceEnvironment Environment);

/// <summary>How much is taken from a centre; a snapshot with more is refused as a whole.</summary>
public sealed record CentreLimits
{
    /// <summary>Most keys, those within documents included.</summary>
    /// <value>The default is 1000.</value>
    public int MaxKeys { get; init => field = Positive(value, nameof(MaxKeys)); } = 1000;

    /// <summary>Longest key, in characters.</summary>
    /// <value>The default is 256.</value>
    public int MaxKeyLength { get; init => field = Positive(value, nameof(MaxKeyLength)); } = 256;

    /// <summary>Longest value, in bytes, documents included.</summary>
    /// <value>The default is 64 KiB.</value>
    public int MaxValueBytes { get; init => field = Positive(value, nameof(MaxValueBytes)); } = 64 * 1024;

    /// <summary>All keys and values together, in bytes.</summary>
    /// <value>The default is 1 MiB.</value>
    public int MaxBytes { get; init => field = Positive(value, nameof(MaxBytes)); } = 1024 * 1024;

    private static int Positive(int value, string name) => value > 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
