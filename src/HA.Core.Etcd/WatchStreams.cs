namespace HA.Core.Etcd;

/// <summary>The stream that all watches of a registry share. Open while there are any.</summary>
internal sealed class WatchStreams(EtcdClient client, EtcdRegistryOptions options, ServiceEnvironment environment) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<WatchStream> _open = [];
    private WatchStream? _current;

    /// <summary>Follows a range of keys from the state that was read. Dispose what is returned to leave it.</summary>
    internal IDisposable Follow(KeyWatch watch)
    {
        lock (_gate)
        {
            client.ThrowIfDisposed();
            // A stream that has ended, or whose token has, takes nobody on.
            if (_current?.TryAdd(watch) != true)
            {
                _current = new WatchStream(client, options, environment, watch, Forget);
                _open.Add(_current);
            }

            return new Membership(_current, watch);
        }
    }

    public async ValueTask DisposeAsync()
    {
        WatchStream[] open;
        lock (_gate) open = [.. _open];
        foreach (var stream in open) await stream.DisposeAsync().ConfigureAwait(false);
    }

    private void Forget(WatchStream stream)
    {
        lock (_gate) _open.Remove(stream);
    }

    private sealed class Membership(WatchStream stream, KeyWatch watch) : IDisposable
    {
        public void Dispose() => stream.Remove(watch);
    }
}
