namespace HA.Core.Conformance;

// Law 14: whoever no longer wants an answer is not kept waiting for one.
public abstract partial class RegistryConformance
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(2);

    /// <summary>Law 14: registering, and nothing is written if it was cancelled before.</summary>
    public Task Law14_CancelledRegister_EndsPromptly() => CheckAsync(14, async trial =>
    {
        var terms = new Registry.RegistrationTerms("owner-a", trial.ShortLife, TakeOver: true);
        await RequirePromptEndAsync(trial, token => trial.Registry.RegisterAsync(trial.Instance("a"), terms, token).AsTask(), async () =>
            trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is null, "the entry was written all the same"))
            .ConfigureAwait(false);
    });

    /// <summary>Law 14: renewing.</summary>
    public Task Law14_CancelledRenew_EndsPromptly() => CheckAsync(14, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await RequirePromptEndAsync(trial, token => trial.Registry.RenewAsync(registration, token).AsTask()).ConfigureAwait(false);
    });

    /// <summary>Law 14: deregistering, and the entry stays if it was cancelled before.</summary>
    public Task Law14_CancelledDeregister_EndsPromptly() => CheckAsync(14, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await RequirePromptEndAsync(trial, token => trial.Registry.DeregisterAsync(registration, token).AsTask(), async () =>
            trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is not null, "the entry was removed all the same"))
            .ConfigureAwait(false);
    });

    /// <summary>Law 14: discovering.</summary>
    public Task Law14_CancelledDiscover_EndsPromptly() => CheckAsync(14, trial =>
        RequirePromptEndAsync(trial, token => trial.Registry.DiscoverAsync(trial.Service, token).AsTask()));

    /// <summary>Law 14: watching, before the first catalog too.</summary>
    public Task Law14_WatchCancelledBeforeItBegins_EndsPromptly() => CheckAsync(14, async trial =>
    {
        var reader = trial.Watch(isCancelled: true);
        await using var _ = reader.ConfigureAwait(false);
        var end = await reader.CancelAsync(Promptly).ConfigureAwait(false);
        trial.Require(end is not null, $"a watch that was cancelled before it began goes on after {Promptly}");
        trial.Require(end is OperationCanceledException, $"it ended with {end!.GetType().Name}: {end.Message}");
    });

    // Cancelled before, a method says so. Cancelled on its way, it says so, or it was quicker.
    private static async Task RequirePromptEndAsync(LawTrial trial, Func<CancellationToken, Task> call, Func<Task>? afterwards = null)
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var before = await EndOfAsync(trial, call, "before", stop.Token).ConfigureAwait(false);
        trial.Require(before is not null, "a method whose token was cancelled before went on as if it were not");
        if (afterwards is not null) await afterwards().ConfigureAwait(false);

        using var later = new CancellationTokenSource();
        var underWay = EndOfAsync(trial, call, "on its way", later.Token);
        later.Cancel();
        await underWay.ConfigureAwait(false);
    }

    private static async Task<OperationCanceledException?> EndOfAsync(
        LawTrial trial, Func<CancellationToken, Task> call, string when, CancellationToken token)
    {
        try
        {
            var task = call(token);
            trial.Require(
                await trial.EndsWithinAsync(task, Promptly).ConfigureAwait(false), $"cancelled {when}, a method goes on after {Promptly}");
            await task.ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException e)
        {
            return e;
        }
        catch (Exception e) when (e is not ConformanceException)
        {
            throw trial.Failure($"cancelled {when}, a method ended with {e.GetType().Name}: {e.Message}", e);
        }
    }
}
