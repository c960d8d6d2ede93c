namespace HA.Core.Health;

/// <summary>Whether calls ask for an endpoint, and who wants to be told when they do again.</summary>
/// <remarks>Safe for concurrent use. While nothing changes, a call reads one word and writes nothing.</remarks>
internal sealed class UseOfEndpoint
{
    private const int Unused = 0;
    private const int Used = 1;
    private const int Awaited = 2;

    private int _state;
    private AsyncSignal? _wanted;

    /// <summary>A call asks for the endpoint.</summary>
    internal void Mark()
    {
        if (Volatile.Read(ref _state) != Used && Interlocked.Exchange(ref _state, Used) == Awaited) _wanted!.Set();
    }

    /// <summary>Whether it was asked for since the last look.</summary>
    internal bool Look() => Interlocked.Exchange(ref _state, Unused) == Used;

    /// <summary>Waits until it is asked for, but no longer than <paramref name="timeout"/>.</summary>
    internal Task WaitAsync(ServiceEnvironment environment, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _wanted ??= new AsyncSignal(environment);
        var seen = _wanted.Version;
        return Interlocked.CompareExchange(ref _state, Awaited, Unused) == Used
            ? Task.CompletedTask
            : _wanted.WaitAsync(seen, timeout, cancellationToken);
    }
}
