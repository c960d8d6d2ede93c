using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HA.Core.Servers;

/// <summary>
/// A TCP proxy in front of a server on loopback that does to its connections what networks do. What it is set to holds
/// for all connections, those that exist and those that come, until it is set to something else.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = new();
    private readonly int _target;
    // Holds the port while nobody listens, so that a connection is refused and no other process takes the port.
    private readonly Socket _placeholder = NewSocket();
    private Socket? _listener;
    private ProxyConnection? _victim;
    private bool _isArmed;
    private bool _breaksAfter;
    private bool _disposed;
    private long _up;
    private long _down;
    private int _accepted;

    private FaultProxy(int target)
    {
        _target = target;
        _placeholder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_placeholder.LocalEndPoint!).Port;
        Listen();
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Host and port.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>How much later what clients say arrives. Order is kept within a connection, not between two.</summary>
    public TimeSpan DelayUp { get; set; }

    /// <summary>How much later what the server says arrives.</summary>
    public TimeSpan DelayDown { get; set; }

    /// <summary>Bytes in a second that each direction of each connection carries; null: as many as come.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>Bytes that came from clients, whatever became of them.</summary>
    public long BytesUp => Interlocked.Read(ref _up);

    /// <summary>Bytes that came from the server, whatever became of them.</summary>
    public long BytesDown => Interlocked.Read(ref _down);

    /// <summary>Connections that clients made.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Whether bytes vanish: see <see cref="HalfOpen"/>.</summary>
    internal bool IsHalfOpen { get; private set; }

    /// <summary>Starts a proxy that passes everything.</summary>
    /// <param name="target">The server's port on 127.0.0.1. It need not be there yet.</param>
    public static FaultProxy Start(int target) => new(target);

    /// <summary>Everything passes again. Connections that have lost bytes are reset, as no peer could go on with them.</summary>
    public void Pass()
    {
        lock (_gate)
        {
            DelayUp = DelayDown = TimeSpan.Zero;
            BytesPerSecond = null;
            IsHalfOpen = false;
            _isArmed = false;
            _victim = null;
            Listen();
        }

        foreach (var connection in _connections.Keys.Where(static c => c.HasLost)) connection.Reset();
    }

    /// <summary>All connections are reset, and new ones refused.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }

        foreach (var connection in _connections.Keys) connection.Reset();
    }

    /// <summary>
    /// Connections stay, and new ones are accepted, but nothing that is said arrives and nobody is told: as when a router
    /// forgets, or a cable is out.
    /// </summary>
    public void HalfOpen() => IsHalfOpen = true;

    /// <summary>The connections that there are carry nothing any more, and nobody is told; later ones work.</summary>
    public void Silence()
    {
        foreach (var connection in _connections.Keys) connection.Silence();
    }

    /// <summary>
    /// The next bytes that a client sends arrive, and what the server answers on that connection is lost: the client never
    /// learns that its request was carried out.
    /// </summary>
    /// <param name="breaks">True: the connection is reset then. False: it stays, silent in both directions.</param>
    public void DropNextResponse(bool breaks)
    {
        lock (_gate)
        {
            _isArmed = true;
            _breaksAfter = breaks;
            _victim = null;
        }
    }

    /// <summary>Resets everything and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        Cut();
        _placeholder.Dispose();
        await Task.WhenAll(_connections.Values);
    }

    internal void CountUp(ProxyConnection connection, int bytes)
    {
        Interlocked.Add(ref _up, bytes);
        lock (_gate)
        {
            if (_isArmed) _victim ??= connection;
        }
    }

    /// <summary>Counts, and answers whether this answer is the one to lose.</summary>
    internal bool CountDown(ProxyConnection connection, int bytes, out bool breaks)
    {
        Interlocked.Add(ref _down, bytes);
        lock (_gate)
        {
            breaks = _breaksAfter;
            if (_victim != connection) return false;
            _isArmed = false;
            _victim = null;
            return true;
        }
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private void Listen()
    {
        if (_listener is not null || _disposed) return;
        var listener = NewSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen();
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Cut, or disposed.
                return;
            }

            client.NoDelay = true;
            Interlocked.Increment(ref _accepted);
            var connection = new ProxyConnection(this, client, NewSocket());
            lock (_gate)
            {
                // Accepted at the very moment of a cut.
                if (_listener != listener)
                {
                    connection.Dispose();
                    continue;
                }

                _connections[connection] = ServeAsync(connection);
            }
        }
    }

    private async Task ServeAsync(ProxyConnection connection)
    {
        await Task.Yield();
        await connection.RunAsync(new IPEndPoint(IPAddress.Loopback, _target));
        lock (_gate)
        {
            _connections.TryRemove(connection, out _);
        }

        connection.Dispose();
    }
}
