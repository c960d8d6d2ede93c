using System.Collections.Concurrent;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>
/// Keeps the messages of a channel, and calls <paramref name="heard"/> at each, until disposed. A message that is lost is no
/// loss: it only makes a watch look sooner. One flow uses it at a time.
/// </summary>
internal sealed class RedisListener(RedisLink link, string channel, Action heard) : IDisposable
{
    // Who falls behind by more reads the whole list instead.
    private const int MaxWaiting = 1000;

    private readonly ConcurrentQueue<string?> _messages = new();
    private readonly RedisChannel _channel = new(channel, RedisChannel.PatternMode.Literal);
    private RedisLine? _line;
    private ISubscriber? _subscriber;
    private Action<RedisChannel, RedisValue>? _handler;

    /// <summary>Whether the connection that it listens on was not left.</summary>
    internal bool IsListening => _line is { IsOver: false };

    /// <summary>
    /// Begins to listen, or begins again on another connection when the one it listened on was left; true if it did.
    /// </summary>
    internal async ValueTask<bool> ListenAsync(CancellationToken cancellationToken)
    {
        if (IsListening) return false;
        Dispose();
        _line = await link.UseAsync(
            (line, _) =>
            {
                _subscriber = line.Connection.GetSubscriber();
                _handler = (_, message) => Hear(message);
                RedisLink.Forget(_subscriber.SubscribeAsync(_channel, _handler));
                return Task.FromResult(line);
            },
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The oldest message that was not taken yet.</summary>
    internal bool TryTake(out string? message) => _messages.TryDequeue(out message);

    /// <summary>Drops what waits: who reads now knows better.</summary>
    internal void Clear() => _messages.Clear();

    private void Hear(string? message)
    {
        if (_messages.Count < MaxWaiting) _messages.Enqueue(message);
        heard();
    }

    public void Dispose()
    {
        if (_subscriber is not { } subscriber) return;
        _subscriber = null;
        try
        {
            RedisLink.Forget(subscriber.UnsubscribeAsync(_channel, _handler));
        }
        catch (Exception)
        {
            // The connection went first; the client then throws what it happens to (a NullReferenceException, in 1.2.6).
        }
    }
}
