using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace HA.Core.Servers;

/// <summary>One connection through a <see cref="FaultProxy"/>: a client's socket, one to the server, and a pump each way.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, Socket server) : IDisposable
{
    // Enough to keep a pipe busy; what is beyond it waits in the sender's own socket.
    private const int ChunksInFlight = 256;
    private const int ChunkSize = 16 * 1024;
    private const int SlicesInASecond = 20;

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private bool _isReset;
    private volatile bool _hasLost;

    /// <summary>Whether bytes of it have vanished. It can only be silent from then on: TCP never skips.</summary>
    internal bool HasLost => _hasLost;

    /// <summary>Connects to the server and carries bytes until either side has ended.</summary>
    internal async Task RunAsync(IPEndPoint target)
    {
        try
        {
            await server.ConnectAsync(target, _end.Token);
            await Task.WhenAll(
                PumpAsync(client, server, isUp: true), PumpAsync(server, client, isUp: false));
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The server is not there, or this was reset: the client is told in the same way.
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>It carries nothing from now on, and nobody is told.</summary>
    internal void Silence() => _hasLost = true;

    /// <summary>Ends it at once; both sides see a reset, and what is under way is lost.</summary>
    internal void Reset()
    {
        lock (_gate)
        {
            if (_isReset) return;
            _isReset = true;
            _end.Cancel();
        }

        foreach (var socket in (Socket[])[client, server])
        {
            // Zero seconds to linger: a reset instead of an orderly end.
            if (socket.Connected) socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        Reset();
        _end.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, bool isUp)
    {
        var pipe = Channel.CreateBounded<Chunk>(new BoundedChannelOptions(ChunksInFlight) { SingleReader = true, SingleWriter = true });
        var writing = WriteAsync(pipe.Reader, to);
        var isBroken = false;
        try
        {
            var buffer = new byte[ChunkSize];
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                if (IsLost(isUp, count)) continue;
                var delay = isUp ? proxy.DelayUp : proxy.DelayDown;
                await pipe.Writer.WriteAsync(new Chunk(buffer[..count], Stopwatch.GetTimestamp(), delay), _end.Token);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            isBroken = true;
        }

        // What was sent before an end still arrives, and the end after it.
        pipe.Writer.Complete();
        await writing;
        if (isBroken) Reset();
    }

    private bool IsLost(bool isUp, int count)
    {
        if (isUp)
        {
            proxy.CountUp(this, count);
        }
        else if (proxy.CountDown(this, count, out var breaks))
        {
            _hasLost = true;
            if (breaks) Reset();
        }

        if (proxy.IsHalfOpen) _hasLost = true;
        return _hasLost;
    }

    private async Task WriteAsync(ChannelReader<Chunk> chunks, Socket to)
    {
        try
        {
            await foreach (var chunk in chunks.ReadAllAsync(_end.Token))
            {
                var wait = chunk.Delay - Stopwatch.GetElapsedTime(chunk.ReadAt);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _end.Token);
                for (var rest = chunk.Bytes.AsMemory(); rest.Length > 0;)
                {
                    var slice = await AllowedAsync(rest);
                    // A half-open line loses what is under way as well.
                    if (proxy.IsHalfOpen) _hasLost = true;
                    if (_hasLost) break;
                    rest = rest[await to.SendAsync(slice, _end.Token)..];
                }
            }

            if (!_hasLost && !_end.IsCancellationRequested) to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The other side is gone: so is this one.
            Reset();
        }
    }

    // As much as may be sent now, after the time that it takes on a slow line.
    private async Task<Memory<byte>> AllowedAsync(Memory<byte> rest)
    {
        if (proxy.BytesPerSecond is not { } rate) return rest;
        var slice = rest[..Math.Clamp(rate / SlicesInASecond, 1, rest.Length)];
        await Task.Delay(TimeSpan.FromSeconds((double)slice.Length / rate), _end.Token);
        return slice;
    }

    private static bool IsEnd(Exception e) => e is SocketException or OperationCanceledException or ObjectDisposedException;

    private sealed record Chunk(byte[] Bytes, long ReadAt, TimeSpan Delay);
}
