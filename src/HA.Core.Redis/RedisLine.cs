using HA.Core.Time;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>One connection, from its making to its end; when it is broken it is left, not mended.</summary>
/// <remarks>
/// The client mends its connections by itself, but looks at them only once a second; connecting anew takes milliseconds.
/// </remarks>
internal sealed class RedisLine
{
    private readonly RedisRegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly Task _connecting;
    private volatile IConnectionMultiplexer? _connection;
    private long _heardAt;
    private volatile bool _isOver;

    internal RedisLine(RedisRegistryOptions options, TimeProvider time, TimeSpan patience, CancellationToken end)
    {
        _options = options;
        _time = time;
        Patience = patience;
        _connecting = ConnectAsync(end);
    }

    /// <summary>Ends when the connection is there, or with what was wrong. Bounded in time.</summary>
    internal Task Connecting => _connecting;

    /// <summary>Only once it is there.</summary>
    internal IConnectionMultiplexer Connection => _connection!;

    /// <summary>Longest that making it may take.</summary>
    internal TimeSpan Patience { get; }

    /// <summary>Whether <see cref="Patience"/> ended the making of it.</summary>
    internal bool TookTooLong { get; private set; }

    /// <summary>True when this connection was left for good.</summary>
    internal bool IsOver => _isOver;

    /// <summary>Whether the next call had better use another one. A connection that was handed in mends itself.</summary>
    internal bool IsBroken => _isOver || _connecting.IsFaulted || _connecting.IsCanceled
        || (IsOurs && _connection?.IsConnected == false);

    private bool IsOurs => _options.Connection is null;

    // The client waits so long for servers that say nothing, though it has reached another one; it is late by up to 60 ms, and
    // then there is a question to ask. With all the patience for itself it would be given up each time.
    private TimeSpan PatienceOfClient => Patience / 2;

    /// <summary>The server said something.</summary>
    internal void Hear() => Volatile.Write(ref _heardAt, _time.GetTimestamp());

    /// <summary>Whether the server has said something since then.</summary>
    internal bool HasHeardSince(long timestamp) => Volatile.Read(ref _heardAt) - timestamp > 0;

    /// <summary>Leaves it: what is under way fails, and nobody waits for the closing.</summary>
    internal Task EndAsync()
    {
        _isOver = true;
        return IsOurs ? CloseAsync() : Task.CompletedTask;
    }

    private async Task CloseAsync()
    {
        await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_connection is not { } connection) return;
        using var deadline = new Deadline(_time, _options.RequestTimeout, CancellationToken.None);
        // Not asked to finish what it has: a server that hangs would never let it.
        var closing = connection.CloseAsync(allowCommandsToComplete: false).WaitAsync(deadline.Token);
        await closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // A deadline of its own, not a caller's: who gives up sooner leaves the attempt to the next one.
    private async Task ConnectAsync(CancellationToken end)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var deadline = new Deadline(_time, Patience, end);
        var startedAt = _time.GetTimestamp();
        IConnectionMultiplexer? connection = null;
        try
        {
            connection = _options.Connection ?? await OpenAsync(deadline.Token).ConfigureAwait(false);
            await RequireKeepingAsync(connection, deadline.Token).ConfigureAwait(false);
            Hear();
            _connection = connection;
        }
        catch (Exception e)
        {
            if (IsOurs && connection is not null) RedisLink.Forget(connection.CloseAsync(allowCommandsToComplete: false));
            TookTooLong = e switch
            {
                OperationCanceledException => deadline.IsExpired,
                // Its clock is coarse: it gives up some milliseconds sooner, or later.
                RedisConnectionException => _time.GetElapsedTime(startedAt) >= PatienceOfClient * 0.9,
                _ => false,
            };
            if (TookTooLong) throw new TimeoutException($"There was no connection within {Patience}.", e);
            throw;
        }
    }

    private async Task<IConnectionMultiplexer> OpenAsync(CancellationToken deadline)
    {
        var attempt = ConnectionMultiplexer.ConnectAsync(_options.ToClientOptions(PatienceOfClient));
        try
        {
            return await attempt.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            RedisLink.Forget(CloseLateAsync(attempt));
            throw;
        }
    }

    private async Task RequireKeepingAsync(IConnectionMultiplexer connection, CancellationToken deadline)
    {
        string[] pairs;
        try
        {
            var asking = connection.GetDatabase(_options.Database).ExecuteAsync("CONFIG", "GET", "maxmemory*");
            pairs = (string[])(await RedisLink.WithinAsync(asking, deadline).ConfigureAwait(false))!;
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException or InvalidCastException)
        {
            // Managed servers forbid the question; then it is the operator's to know.
            return;
        }

        var limit = Value(pairs, "maxmemory");
        var policy = Value(pairs, "maxmemory-policy");
        // Our keys have no expiry of their own, so the volatile policies pass them by.
        if (limit is null or "0" || policy?.StartsWith("allkeys-", StringComparison.Ordinal) != true) return;
        throw new EvictingRedisException(
            $"Redis drops any key when its memory is full (maxmemory-policy {policy}), registrations among them. "
            + "Set noeviction or a volatile-* policy, or use another server.");
    }

    private static string? Value(string[] pairs, string name)
    {
        var at = Array.IndexOf(pairs, name);
        return at >= 0 && at + 1 < pairs.Length ? pairs[at + 1] : null;
    }

    private static async Task CloseLateAsync(Task<ConnectionMultiplexer> attempt)
    {
        var connection = await attempt.ConfigureAwait(false);
        await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
    }
}
