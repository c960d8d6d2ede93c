namespace HA.Core.Conformance;

// Laws 10 to 13: what watchers are told.
public abstract partial class RegistryConformance
{
    /// <summary>Law 10: a watch begins with what is there.</summary>
    public Task Law10_Watch_BeginsWithTheCurrentCatalog() => CheckAsync(10, async trial =>
    {
        await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.RegisterAsync("b").ConfigureAwait(false);
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        var first = await reader.FirstAsync().ConfigureAwait(false);
        trial.Require(first.Instances.Length == 2, $"the first catalog has {first.Instances.Length} of 2 instances");
    });

    /// <summary>Law 10: also if that is nothing.</summary>
    public Task Law10_WatchOfAnUnknownService_BeginsEmpty() => CheckAsync(10, async trial =>
    {
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        var first = await reader.FirstAsync().ConfigureAwait(false);
        trial.Require(first.Instances.IsEmpty, $"the first catalog has {first.Instances.Length} instances");
    });

    /// <summary>Law 11: whoever watched before anybody registered sees them come, change and go.</summary>
    public Task Law11_EveryKindOfChange_ReachesAWatchStartedBefore() => CheckAsync(11, async trial =>
    {
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        await reader.FirstAsync().ConfigureAwait(false);
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await reader.UntilAsync("a registration", static c => c.Instances.Length == 1).ConfigureAwait(false);
        await trial.RegisterAsync(trial.Instance("a").WithWeight(5), takeOver: false).ConfigureAwait(false);
        await reader.UntilAsync("a new weight", static c => c.Instances is [{ Weight: 5 }]).ConfigureAwait(false);
        await trial.RegisterAsync("a", "owner-b", 9090).ConfigureAwait(false);
        await reader.UntilAsync("a take-over", static c => c.Instances is [{ Port: 9090 }]).ConfigureAwait(false);
        var last = await trial.RegisterAsync("a", "owner-a").ConfigureAwait(false);
        await trial.DeregisterAsync(last).ConfigureAwait(false);
        await reader.UntilAsync("a deregistration", static c => c.Instances.IsEmpty).ConfigureAwait(false);
        trial.Require(registration.Owner == "owner-a", "a registration names another owner than it was made by");
    });

    /// <summary>Law 11: an expiry is told to watchers, not only to those who ask.</summary>
    public Task Law11_Expiry_ReachesTheWatch() => CheckAsync(11, async trial =>
    {
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        var within = registration.TimeToLive + trial.RemovalLatency + trial.Patience;
        await reader.UntilAsync("the expiry", within, static c => c.Instances.IsEmpty).ConfigureAwait(false);
    });

    /// <summary>Law 11: a reader that sleeps through many changes reads the last state, and nothing older after it.</summary>
    public Task Law11_SlowReader_SeesTheLastState() => CheckAsync(11, async trial =>
    {
        const int changes = 50;
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        await reader.FirstAsync().ConfigureAwait(false);
        reader.Ask();
        for (var i = 1; i <= changes; i++)
            await trial.RegisterAsync(trial.Instance("a").WithWeight(i), takeOver: i == 1).ConfigureAwait(false);
        await reader.UntilAsync("the last of many changes", static c => c.Instances is [{ Weight: changes }]).ConfigureAwait(false);

        var more = await reader.NextAsync(PollInterval * 5).ConfigureAwait(false);
        trial.Require(more is null || more.Instances is [{ Weight: changes }], "an older state followed the last one");
    });

    /// <summary>Law 11: watchers that read at different speeds end with the same state.</summary>
    public Task Law11_TwoWatchers_EndWithTheSameState() => CheckAsync(11, async trial =>
    {
        var quick = trial.Watch();
        await using var _ = quick.ConfigureAwait(false);
        var slow = trial.Watch();
        await using var __ = slow.ConfigureAwait(false);
        await slow.FirstAsync().ConfigureAwait(false);
        for (var i = 0; i < 10; i++)
        {
            await trial.RegisterAsync($"i{i}").ConfigureAwait(false);
            await quick.UntilAsync($"instance {i}", c => c.Instances.Length == i + 1).ConfigureAwait(false);
        }

        await slow.UntilAsync("all instances", static c => c.Instances.Length == 10).ConfigureAwait(false);
    });

    /// <summary>Law 11: discovering tells a newer revision after each change too.</summary>
    public Task Law11_DiscoveredRevision_GrowsWithEveryChange() => CheckAsync(11, async trial =>
    {
        var before = (await trial.DiscoverAsync().ConfigureAwait(false)).Revision;
        for (var i = 0; i < 4; i++)
        {
            await trial.RegisterAsync($"i{i % 2}", port: 8080 + i, takeOver: false).ConfigureAwait(false);
            var after = (await trial.DiscoverAsync().ConfigureAwait(false)).Revision;
            trial.Require(after > before, $"revision {before} was followed by {after} after a change");
            before = after;
        }
    });

    /// <summary>Law 12: nothing happening is no reason to end.</summary>
    public Task Law12_QuietWatch_DoesNotEndByItself() => CheckAsync(12, async trial =>
    {
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        await reader.FirstAsync().ConfigureAwait(false);
        var more = await reader.NextAsync(trial.ShortLife * 2).ConfigureAwait(false);
        trial.Require(more is null || more.Instances.IsEmpty, "something came from nowhere");
        await trial.RegisterAsync("a").ConfigureAwait(false);
        await reader.UntilAsync("a change after a quiet time", static c => c.Instances.Length == 1).ConfigureAwait(false);
    });

    /// <summary>Law 12: cancelled, it ends soon, and says why.</summary>
    public Task Law12_CancelledWatch_EndsPromptly() => CheckAsync(12, async trial =>
    {
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        await reader.FirstAsync().ConfigureAwait(false);
        var end = await reader.CancelAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        trial.Require(end is not null, "the watch goes on two seconds after it was cancelled");
        trial.Require(end is OperationCanceledException, $"a cancelled watch ended with {end!.GetType().Name}: {end.Message}");
    });

    /// <summary>Law 12: cancelling one watch leaves the others alone.</summary>
    public Task Law12_CancelledWatch_LeavesTheOthers() => CheckAsync(12, async trial =>
    {
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        var cancelled = trial.Watch();
        await using var __ = cancelled.ConfigureAwait(false);
        await reader.FirstAsync().ConfigureAwait(false);
        await cancelled.FirstAsync().ConfigureAwait(false);
        await cancelled.CancelAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        await trial.RegisterAsync("a").ConfigureAwait(false);
        await reader.UntilAsync("a change after another watch ended", static c => c.Instances.Length == 1).ConfigureAwait(false);
    });
}
