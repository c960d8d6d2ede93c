namespace HA.Core;

/// <summary>A running loop: named, cancellable, awaitable. Nothing in the engine runs in the background otherwise.</summary>
public sealed class SpawnedLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceEnvironment _environment;
    private readonly Func<CancellationToken, Task> _body;
    private readonly AsyncSignal _ended;
    private int _stopping;

    private SpawnedLoop(ServiceEnvironment environment, string name, Func<CancellationToken, Task> body)
    {
        _environment = environment;
        Name = name;
        _body = body;
        _ended = new AsyncSignal(environment);
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>Whether the loop has ended.</summary>
    public bool HasEnded => _ended.Version > 0;

    /// <summary>Completes when the loop has ended; never faults. Everybody who asks gets a task of their own.</summary>
    public Task Completion => _ended.WaitAsync(0, CancellationToken.None);

    internal static SpawnedLoop Start(ServiceEnvironment environment, string name, Func<CancellationToken, Task> body)
    {
        var loop = new SpawnedLoop(environment, name, body);
        environment.Listener.OnLoopStarted(loop);
        environment.Post(static state => _ = ((SpawnedLoop)state!).RunAsync(), loop);
        return loop;
    }

    /// <summary>Asks the loop to end, without waiting. Idempotent; never throws.</summary>
    public void Stop()
    {
        // Cancelling runs the loop's continuations; they must not run inside whatever the caller is doing.
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
            _environment.Post(static state => ((SpawnedLoop)state!)._stop.Cancel(), this);
    }

    /// <summary>Asks the loop to end and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await Completion.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        Exception? error = null;
        try
        {
            if (!_stop.IsCancellationRequested) await _body(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The ordinary end.
        }
        catch (Exception e)
        {
            error = e;
        }

        _environment.Listener.OnLoopEnded(this, error);
        _ended.Set();
    }
}
