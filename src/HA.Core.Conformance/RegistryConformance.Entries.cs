using System.Collections.Immutable;

namespace HA.Core.Conformance;

// Laws 1 to 3 and 9: what is written is what is read, by everybody, and nothing else.
public abstract partial class RegistryConformance
{
    /// <summary>Law 1: this connection and another one find the entry at once, with the time of its registration.</summary>
    public Task Law01_Registered_IsDiscoveredByEveryReader() => CheckAsync(1, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        var other = await ConnectAgainAsync(trial.Registry).ConfigureAwait(false);
        try
        {
            var mine = await trial.FindAsync("a").ConfigureAwait(false);
            var catalog = await other.DiscoverAsync(trial.Service, CancellationToken.None).ConfigureAwait(false);
            trial.Require(mine is not null, "its own connection does not find 'a'");
            trial.Require(catalog.Instances.Length == 1, $"another connection finds {catalog.Instances.Length} instances");
            trial.Require(mine!.RegisteredAt is not null, "the entry has no registration time");
            trial.Require(mine.Equals(registration.Instance), $"{mine} was discovered, {registration.Instance} was confirmed");
            trial.Require(mine.Equals(catalog.Instances[0]), "two readers see different values");
        }
        finally
        {
            if (!ReferenceEquals(other, trial.Registry)) await other.DisposeAsync().ConfigureAwait(false);
        }
    });

    /// <summary>Law 1: every property of every instance comes back as it went in.</summary>
    public Task Law01_EveryValue_SurvivesTheRoundTrip() => CheckAsync(1, async trial =>
    {
        foreach (var written in SampleInstances.Of(trial.Service))
        {
            await trial.RegisterAsync(written).ConfigureAwait(false);
            var read = await trial.FindAsync(written.Id).ConfigureAwait(false);
            trial.Require(read is not null, $"{written} is not discovered");
            trial.Require(
                read!.WithRegisteredAt(null).Equals(written),
                $"{SampleInstances.Difference(written, read)} of {written} came back changed");
        }
    });

    /// <summary>Law 1: ids that look alike to a careless store stay apart, and are listed once, in ordinal order.</summary>
    public Task Law01_IdsThatLookAlike_StayApartInOrdinalOrder() => CheckAsync(1, async trial =>
    {
        string[] ids = ["a", "A", "a.b", "a:b", "a@b", "a-b", "a_b", "aa", "a1", "a.b.c", "0", "Z", new('x', 256)];
        foreach (var id in ids) await trial.RegisterAsync(id).ConfigureAwait(false);

        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        var read = catalog.Instances.Select(static i => i.Id).ToImmutableArray();
        var expected = ids.Order(StringComparer.Ordinal).ToImmutableArray();
        trial.Require(read.SequenceEqual(expected, StringComparer.Ordinal), $"ids [{string.Join(", ", read)}]");
    });

    /// <summary>Law 1: owners that register at the same time lose nothing of each other.</summary>
    public Task Law01_OwnersAtOnce_LoseNothing() => CheckAsync(1, async trial =>
    {
        const int owners = 16;
        await trial.AtOnceAsync(owners, i => trial.RegisterAsync($"i{i}", $"owner-{i}", 8000 + i)).ConfigureAwait(false);
        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Instances.Length == owners, $"{catalog.Instances.Length} of {owners} instances");
        trial.Require(
            catalog.Instances.All(static i => i.Id == $"i{i.Port - 8000}"), "an instance carries the values of another one");
    });

    /// <summary>Law 2: the new values count, under the old registration time, once.</summary>
    public Task Law02_SameOwnerAgain_ReplacesAndKeepsRegistrationTime() => CheckAsync(2, async trial =>
    {
        var first = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DelayAsync(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
        var changed = trial.Instance("a", 9090).WithWeight(7);
        var second = await trial.RegisterAsync(changed, takeOver: false).ConfigureAwait(false);

        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Instances.Length == 1, $"{catalog.Instances.Length} entries of one id");
        trial.Require(catalog.Instances[0].WithRegisteredAt(null).Equals(changed), $"{catalog.Instances[0]} instead of {changed}");
        trial.Require(
            catalog.Instances[0].RegisteredAt == first.Instance.RegisteredAt && second.Instance.RegisteredAt == first.Instance.RegisteredAt,
            $"registration time {first.Instance.RegisteredAt:O} became {catalog.Instances[0].RegisteredAt:O}");
    });

    /// <summary>Law 2: an owner that registers again and again needs no renewal.</summary>
    public Task Law02_SameOwnerAgain_RenewsTheLease() => CheckAsync(2, async trial =>
    {
        var registeredAt = trial.Now;
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        var end = trial.Now + (registration.TimeToLive * 2) + trial.RemovalLatency;
        while (trial.Now < end)
        {
            await trial.DelayAsync(registration.TimeToLive / 3).ConfigureAwait(false);
            var isThere = await trial.FindAsync("a").ConfigureAwait(false) is not null;
            var isLate = trial.Now - registeredAt >= registration.TimeToLive;
            trial.Require(isThere || isLate, "the entry is gone, though registered in time");
            registeredAt = trial.Now;
            registration = await trial.RegisterForShortAsync("a", takeOver: false).ConfigureAwait(false);
        }

        var renewal = await trial.RenewAsync(registration).ConfigureAwait(false);
        trial.Require(renewal == Registry.RenewalResult.Renewed, $"renewing the latest registration answers {renewal}");
    });

    /// <summary>Law 3: two entries of one owner; the one that is renewed outlives the one that is not.</summary>
    public Task Law03_TwoRegistrations_EndIndependently() => CheckAsync(3, async trial =>
    {
        var kept = await trial.RegisterForShortAsync("kept").ConfigureAwait(false);
        var left = await trial.RegisterForShortAsync("left").ConfigureAwait(false);
        await trial.RenewUntilAsync(kept, trial.Now + left.TimeToLive + trial.RemovalLatency).ConfigureAwait(false);

        trial.Require(await trial.FindAsync("kept").ConfigureAwait(false) is not null, "the renewed entry went with the other one");
        trial.Require(await trial.FindAsync("left").ConfigureAwait(false) is null, "renewing one entry kept the other one alive");
    });

    /// <summary>Law 3: deregistering one entry of an owner leaves its others, alive and renewable.</summary>
    public Task Law03_Deregistering_TakesNoOtherEntry() => CheckAsync(3, async trial =>
    {
        var leaving = await trial.RegisterAsync("leaving").ConfigureAwait(false);
        var staying = await trial.RegisterAsync("staying").ConfigureAwait(false);
        await trial.DeregisterAsync(leaving).ConfigureAwait(false);

        trial.Require(await trial.FindAsync("staying").ConfigureAwait(false) is not null, "the other entry is gone too");
        var renewal = await trial.RenewAsync(staying).ConfigureAwait(false);
        trial.Require(renewal == Registry.RenewalResult.Renewed, $"renewing the other entry answers {renewal}");
    });
}
