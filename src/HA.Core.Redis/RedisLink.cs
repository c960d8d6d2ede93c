using HA.Core.Registry;
using HA.Core.Time;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>
/// The way to the server: one connection at a time, made when it is first needed and made anew when it is broken. Every
/// wait ends by a deadline of ours: the client's own asynchronous calls may never end.
/// </summary>
internal sealed class RedisLink(RedisRegistryOptions options, TimeProvider time) : IAsyncDisposable
{
    // Who gives up sooner proves nothing about the connection.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    // An attempt that meets a server in the middle of its start may never end, while a second one is made in milliseconds.
    // Where connecting does take longer, each further attempt may take twice as long as the one before.
    private static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private RedisLine? _line;
    private bool _disposed;

    /// <summary>Runs a script. Arguments must be made anew for each call, since they tell when it was sent.</summary>
    internal Task<RedisResult> EvaluateAsync(
        string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken) =>
        UseAsync(
            async (line, deadline) =>
            {
                var database = line.Connection.GetDatabase(options.Database);
                RedisResult reply;
                try
                {
                    reply = await WithinAsync(database.ScriptEvaluateAsync(script, keys, arguments), deadline).ConfigureAwait(false);
                }
                catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
                {
                    // The server forgot the script; the client sends it whole this time.
                    reply = await WithinAsync(database.ScriptEvaluateAsync(script, keys, arguments), deadline).ConfigureAwait(false);
                }

                line.Hear();
                return reply;
            },
            cancellationToken);

    /// <summary>Uses the connection, and leaves it when that shows that it is broken.</summary>
    internal async Task<T> UseAsync<T>(
        Func<RedisLine, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RedisRegistry));
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new Deadline(time, options.RequestTimeout, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _end.Token);
        RedisLine? line = null;
        long sentAt = 0;
        try
        {
            line = await ConnectedLineAsync(either.Token).ConfigureAwait(false);
            sentAt = time.GetTimestamp();
            return await use(line, either.Token).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            throw;
        }
        catch (Exception e)
        {
            if (line is not null && IsBroken(line, e, sentAt)) Leave(line);
            throw Translate(e, deadline, cancellationToken);
        }
    }

    // An attempt that took too long is not the caller's end, but the beginning of a more patient one.
    private async Task<RedisLine> ConnectedLineAsync(CancellationToken deadline)
    {
        while (true)
        {
            var line = CurrentLine();
            try
            {
                await line.Connecting.WaitAsync(deadline).ConfigureAwait(false);
                return line;
            }
            catch (TimeoutException) when (line.TookTooLong)
            {
                deadline.ThrowIfCancellationRequested();
            }
        }
    }

    // The connection in use, or a new one that is being made.
    private RedisLine CurrentLine()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RedisRegistry));
            // One attempt for all who wait; one that failed is not asked again.
            if (_line is { IsBroken: false } line) return line;
            var patience = _line is { TookTooLong: true } failed ? failed.Patience * 2 : FirstPatience;
            if (_line is not null) Forget(_line.EndAsync());
            return _line = new RedisLine(options, time, patience < options.RequestTimeout ? patience : options.RequestTimeout, _end.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        RedisLine? line;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            line = _line;
        }

        _end.Cancel();
        if (line is not null) await line.EndAsync().ConfigureAwait(false);
    }

    internal static async Task<T> WithinAsync<T>(Task<T> call, CancellationToken deadline)
    {
        try
        {
            return await call.WaitAsync(deadline).ConfigureAwait(false);
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

    /// <summary>What nobody waits for any more must still be looked at, or the runtime reports it.</summary>
    internal static void Forget(Task task) => _ = ObserveAsync(task);

    private static async Task ObserveAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // A replica that refuses to write was the primary, or another server is by now: connecting anew asks who is.
    private bool IsBroken(RedisLine line, Exception error, long sentAt) => error switch
    {
        RedisServerException refusal => refusal.Message.Contains("READONLY", StringComparison.Ordinal),
        RedisConnectionException or ObjectDisposedException => true,
        OperationCanceledException or TimeoutException =>
            time.GetElapsedTime(sentAt) >= Silence && !line.HasHeardSince(sentAt),
        _ => false,
    };

    private void Leave(RedisLine line)
    {
        if (options.Connection is not null || _disposed) return;
        lock (_gate)
        {
            if (_line == line) _line = null;
        }

        Forget(line.EndAsync());
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
}
