using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Writes to a registry that nobody depends on: bounded in time, never throwing, and while it fails only one at a time.
/// </summary>
internal sealed class SecondaryWrites(CompositeRegistryOptions options, ServiceEnvironment environment)
{
    private readonly Lock _gate = new();
    private bool _isFailing;
    private long _tryAt;

    /// <summary>Whether the last write failed.</summary>
    internal bool IsFailing => Volatile.Read(ref _isFailing);

    /// <summary>Begins again, with another registry.</summary>
    internal void Reset()
    {
        lock (_gate) _isFailing = false;
    }

    /// <summary>Makes a write; default if it was passed by or failed.</summary>
    internal async Task<T?> TryAsync<T>(
        string service, TimeSpan timeToLive, Func<CancellationToken, ValueTask<T>> write, CancellationToken cancellationToken)
    {
        if (!MayTry()) return default;
        var timeout = options.SecondaryTimeout < timeToLive / 10 ? options.SecondaryTimeout : timeToLive / 10;
        using var limit = new Deadline(environment.Time, timeout, cancellationToken);
        try
        {
            var result = await write(limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
            Tell(isFailing: false);
            return result;
        }
        catch (Exception e)
        {
            // Who lost patience with the registry that counts says nothing about this one.
            if (e is OperationCanceledException && !limit.IsExpired) return default;
            // Fencing is an answer.
            Tell(isFailing: e is not RegistrationFencedException);
            environment.Listener.OnSecondaryRegistryFailed(service, e);
            return default;
        }
    }

    private bool MayTry()
    {
        lock (_gate)
        {
            if (!_isFailing) return true;
            var now = environment.Time.GetMonotonicTicks();
            if (now < _tryAt) return false;
            _tryAt = now + options.SecondaryPause.Ticks;
            return true;
        }
    }

    private void Tell(bool isFailing)
    {
        lock (_gate)
        {
            _isFailing = isFailing;
            _tryAt = environment.Time.GetMonotonicTicks() + options.SecondaryPause.Ticks;
        }
    }
}
