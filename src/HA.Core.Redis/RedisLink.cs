using HA.Core.Registry;
using HA.Core.Time;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>
/// One connection, made when it is first needed. Every wait for the server ends by a deadline of ours: the client's own
/// asynchronous calls may never end.
/// </summary>
internal sealed class RedisLink(RedisRegistryOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private Task<IConnectionMultiplexer>? _connecting;
    private bool _disposed;

    /// <summary>Runs a script. Arguments must be made anew for each call, since they tell when it was sent.</summary>
    internal async Task<RedisResult> EvaluateAsync(
        string script, ServiceKeys keys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        using var deadline = StartDeadline(cancellationToken);
        try
        {
            var connection = await ConnectionAsync().WaitAsync(deadline.Token).ConfigureAwait(false);
            var database = connection.GetDatabase(options.Database);
            try
            {
                return await WithinAsync(database.ScriptEvaluateAsync(script, keys.All, arguments), deadline.Token).ConfigureAwait(false);
            }
            catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // The server forgot the script; the client sends it whole this time.
                return await WithinAsync(database.ScriptEvaluateAsync(script, keys.All, arguments), deadline.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not RegistryException)
        {
            throw Translate(e, deadline, cancellationToken);
        }
    }

    /// <summary>Calls <paramref name="heard"/> at each message until disposed. Best effort: a hint that is lost is no loss.</summary>
    internal async Task<IDisposable?> ListenAsync(string channel, Action heard, CancellationToken cancellationToken)
    {
        using var deadline = StartDeadline(cancellationToken);
        try
        {
            var connection = await ConnectionAsync().WaitAsync(deadline.Token).ConfigureAwait(false);
            var subscriber = connection.GetSubscriber();
            var name = new RedisChannel(channel, RedisChannel.PatternMode.Literal);
            Action<RedisChannel, RedisValue> handler = (_, _) => heard();
            var subscription = new Subscription(() => Forget(subscriber.UnsubscribeAsync(name, handler)));
            Forget(subscriber.SubscribeAsync(name, handler));
            return subscription;
        }
        catch (Exception)
        {
            // Whatever it is, the reads that follow meet it too, and say so.
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<IConnectionMultiplexer>? connecting;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            connecting = _connecting;
        }

        _end.Cancel();
        // The deadline of the attempt bounds this.
        if (connecting is not null && options.Connection is null) await CloseAsync(connecting).ConfigureAwait(false);
    }

    private Deadline StartDeadline(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RedisRegistry));
        cancellationToken.ThrowIfCancellationRequested();
        return new Deadline(time, options.RequestTimeout, cancellationToken);
    }

    private async Task<T> WithinAsync<T>(Task<T> call, CancellationToken deadline)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, _end.Token);
        try
        {
            return await call.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Forget(call);
            throw;
        }
        finally
        {
            // Off the client's reading thread: what follows may be a program's own slow code.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private Task<IConnectionMultiplexer> ConnectionAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RedisRegistry));
            // One attempt for all who wait; one that failed is not asked again.
            if (_connecting is not { IsFaulted: false, IsCanceled: false }) _connecting = ConnectAsync();
            return _connecting;
        }
    }

    // A deadline of its own, not a caller's: who gives up sooner leaves the attempt to the next one.
    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var deadline = new Deadline(time, options.RequestTimeout, _end.Token);
        var connection = options.Connection;
        try
        {
            if (connection is null)
            {
                var attempt = ConnectionMultiplexer.ConnectAsync(options.ToClientOptions());
                try
                {
                    connection = await attempt.WaitAsync(deadline.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    Forget(CloseLateAsync(attempt));
                    throw;
                }
            }

            await RequireKeepingAsync(connection, deadline.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            if (connection is not null && options.Connection is null) Forget(connection.CloseAsync(allowCommandsToComplete: false));
            if (e is RegistryException) throw;
            throw Translate(e, deadline, CancellationToken.None);
        }
    }

    private async Task RequireKeepingAsync(IConnectionMultiplexer connection, CancellationToken deadline)
    {
        string[] pairs;
        try
        {
            var database = connection.GetDatabase(options.Database);
            pairs = (string[])(await WithinAsync(database.ExecuteAsync("CONFIG", "GET", "maxmemory*"), deadline).ConfigureAwait(false))!;
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

    // Messages of the client name servers and commands, never the password.
    private Exception Translate(Exception error, Deadline deadline, CancellationToken caller) => error switch
    {
        _ when caller.IsCancellationRequested => new OperationCanceledException(caller),
        _ when _disposed => new ObjectDisposedException(nameof(RedisRegistry)),
        OperationCanceledException when deadline.IsExpired => new RegistryException(
            $"Redis did not answer within {options.RequestTimeout}.", error),
        RedisServerException when error.Message.Contains("WRONGTYPE", StringComparison.Ordinal) => new RegistryException(
            $"A key under '{options.KeyPrefix}:' holds something that is not this registry's. "
            + $"Remove it or choose another KeyPrefix. Redis says: {error.Message}", error),
        RedisServerException => new RegistryException($"Redis refused: {error.Message}", error),
        _ => new RegistryException($"Redis could not be reached: {error.Message}", error),
    };

    private async Task CloseAsync(Task<IConnectionMultiplexer> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!connecting.IsCompletedSuccessfully) return;
        var connection = await connecting.ConfigureAwait(false);
        using var deadline = new Deadline(time, options.RequestTimeout, CancellationToken.None);
        // Not asked to finish what it has: a server that hangs would never let it.
        await connection.CloseAsync(allowCommandsToComplete: false).WaitAsync(deadline.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task CloseLateAsync(Task<ConnectionMultiplexer> attempt)
    {
        var connection = await attempt.ConfigureAwait(false);
        await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
    }

    // What nobody waits for any more must still be looked at, or the runtime reports it.
    private static void Forget(Task task) => _ = ObserveAsync(task);

    private static async Task ObserveAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                end();
            }
            catch (Exception)
            {
                // The connection went first; the client then throws what it happens to (a NullReferenceException, in 1.2.6).
            }
        }
    }
}
