using System.Collections.Concurrent;

namespace HA.Core.Tests.Fakes;

/// <summary>A world moved by hand: its clock by <see cref="Advance"/>, its hand-offs by <see cref="RunPosted"/>.</summary>
internal sealed class ManualEnvironment(
    ServiceEventListener? listener = null, ulong seed = 1, TimeSpan timerGranularity = default)
    : ServiceEnvironment(listener ?? new ServiceEventListener())
{
    private readonly ConcurrentQueue<(Action<object?> Callback, object? State)> _posted = new();

    public ManualTime Clock { get; } = new(timerGranularity);

    public override TimeProvider Time => Clock;

    public override RandomStream Random(string purpose) => new SeededStream(StableHash.Of(purpose, seed));

    public override void Post(Action<object?> callback, object? state) => _posted.Enqueue((callback, state));

    public void RunPosted() => WithoutContext(() =>
    {
        while (_posted.TryDequeue(out var item)) item.Callback(item.State);
    });

    /// <summary>Moves the clock and runs whatever that set off.</summary>
    public void Advance(TimeSpan span)
    {
        WithoutContext(() => Clock.Advance(span));
        RunPosted();
    }

    /// <summary>Moves the clock in small steps, so that what is posted on the way arms its timers in time.</summary>
    public void AdvanceInSteps(TimeSpan span, TimeSpan step)
    {
        for (var left = span; left > TimeSpan.Zero; left -= step) Advance(left < step ? left : step);
    }

    /// <summary>Starts asynchronous work on this thread and runs what it posts.</summary>
    public Task<T> Start<T>(Func<Task<T>> work)
    {
        Task<T>? task = null;
        WithoutContext(() => task = work());
        RunPosted();
        return task!;
    }

    /// <summary>Starts asynchronous work on this thread and runs what it posts.</summary>
    public Task Start(Func<Task> work) => Start(async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });

    // xunit's own context would send continuations to other threads.
    private static void WithoutContext(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
