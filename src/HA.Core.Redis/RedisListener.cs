using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>
/// Calls <paramref name="heard"/> at each message of a channel until disposed. A message that is lost is no loss: it is
/// a hint. One flow uses it at a time.
/// </summary>
internal sealed class RedisListener(RedisLink link, string channel, Action heard) : IDisposable
{
    private readonly RedisChannel _channel = new(channel, RedisChannel.PatternMode.Literal);
    private RedisLine? _line;
    private ISubscriber? _subscriber;
    private Action<RedisChannel, RedisValue>? _handler;

    /// <summary>Begins to listen, or begins again on another connection when the one it listened on was left.</summary>
    internal async ValueTask ListenAsync(CancellationToken cancellationToken)
    {
        if (_line is { IsOver: false }) return;
        Dispose();
        _line = await link.UseAsync(
            (line, _) =>
            {
                _subscriber = line.Connection.GetSubscriber();
                _handler = (_, _) => heard();
                RedisLink.Forget(_subscriber.SubscribeAsync(_channel, _handler));
                return Task.FromResult(line);
            },
            cancellationToken).ConfigureAwait(false);
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
