using HA.Core.Registry;

namespace HA.Core.Conformance;

// Laws 7 to 9: who may write what, and who sees it.
public abstract partial class RegistryConformance
{
    /// <summary>Law 7: the new owner's values count, and it is the one who renews them.</summary>
    public Task Law07_TakeOver_ReplacesTheFormerOwner() => CheckAsync(7, async trial =>
    {
        var former = await trial.RegisterAsync("a", "owner-a", 8080).ConfigureAwait(false);
        var current = await trial.RegisterAsync("a", "owner-b", 9090).ConfigureAwait(false);

        var entry = await trial.FindAsync("a").ConfigureAwait(false);
        trial.Require(entry?.Port == 9090, $"after the take-over the entry is {entry?.ToString() ?? "gone"}");
        var late = await trial.RenewAsync(former).ConfigureAwait(false);
        trial.Require(late == RenewalResult.Fenced, $"the former owner's renewal answered {late}");
        var own = await trial.RenewAsync(current).ConfigureAwait(false);
        trial.Require(own == RenewalResult.Renewed, $"the new owner's renewal answered {own}");
    });

    /// <summary>Law 7: a former owner that says goodbye late removes nothing.</summary>
    public Task Law07_FormerOwner_DeregistersNothing() => CheckAsync(7, async trial =>
    {
        var former = await trial.RegisterAsync("a", "owner-a", 8080).ConfigureAwait(false);
        await trial.RegisterAsync("a", "owner-b", 9090).ConfigureAwait(false);
        await trial.DeregisterAsync(former).ConfigureAwait(false);

        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Instances.Length == 1, "the former owner removed the new owner's entry");
        trial.Require(catalog.Departed.IsEmpty, "the former owner's goodbye counts as a departure");
    });

    /// <summary>Law 7: the former owner's lease runs out and takes nothing with it.</summary>
    public Task Law07_FormerLease_EndsWithoutTheNewEntry() => CheckAsync(7, async trial =>
    {
        var former = await trial.RegisterForShortAsync("a", "owner-a").ConfigureAwait(false);
        await trial.RegisterAsync("a", "owner-b").ConfigureAwait(false);
        await trial.DelayAsync(former.TimeToLive + trial.RemovalLatency).ConfigureAwait(false);
        trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is not null, "the entry went with its former owner's lease");
    });

    /// <summary>Law 8: a living entry is not taken from its owner by one who does not ask to.</summary>
    public Task Law08_WithoutTakeOver_TheLivingOwnerStays() => CheckAsync(8, async trial =>
    {
        var first = await trial.RegisterAsync("a", "owner-a", 8080).ConfigureAwait(false);
        var refusal = await RefusalAsync(trial, "a", "owner-b").ConfigureAwait(false);
        trial.Require(refusal is RegistrationFencedException, $"the second owner got {refusal?.GetType().Name ?? "a registration"}");
        trial.Require((await trial.FindAsync("a").ConfigureAwait(false))?.Port == 8080, "the entry changed");
        var renewal = await trial.RenewAsync(first).ConfigureAwait(false);
        trial.Require(renewal == RenewalResult.Renewed, $"the owner's renewal answered {renewal}");
    });

    /// <summary>Law 8: an id that nobody holds, never did or no longer does, is free.</summary>
    public Task Law08_WithoutTakeOver_AFreeIdIsTaken() => CheckAsync(8, async trial =>
    {
        await trial.RegisterAsync("new", "owner-a", takeOver: false).ConfigureAwait(false);
        var left = await trial.RegisterAsync("left", "owner-a").ConfigureAwait(false);
        await trial.DeregisterAsync(left).ConfigureAwait(false);
        await trial.RegisterAsync("left", "owner-b", takeOver: false).ConfigureAwait(false);
        var expired = await trial.RegisterForShortAsync("expired", "owner-a").ConfigureAwait(false);
        await trial.WaitUntilExpiredAsync(expired).ConfigureAwait(false);
        await trial.RegisterAsync("expired", "owner-b", takeOver: false).ConfigureAwait(false);

        var count = (await trial.DiscoverAsync().ConfigureAwait(false)).Instances.Length;
        trial.Require(count == 3, $"{count} of 3 entries are there");
    });

    /// <summary>Law 8: of owners that want an id at the same time, one gets it.</summary>
    public Task Law08_OwnersAtOnce_OneWins() => CheckAsync(8, async trial =>
    {
        var results = await trial.AtOnceAsync(8, async i =>
        {
            try
            {
                return await trial.RegisterAsync("a", $"owner-{i}", 8000 + i, takeOver: false).ConfigureAwait(false);
            }
            catch (RegistrationFencedException)
            {
                return null;
            }
        }).ConfigureAwait(false);

        var winners = results.OfType<ServiceRegistration>().ToArray();
        trial.Require(winners.Length == 1, $"{winners.Length} of 8 owners hold the id");
        var entry = await trial.FindAsync("a").ConfigureAwait(false);
        trial.Require(entry?.Port == winners[0].Instance.Port, "the entry is not the winner's");
    });

    /// <summary>Law 9: a service that nobody registered is empty, not an error.</summary>
    public Task Law09_UnknownService_IsEmpty() => CheckAsync(9, async trial =>
    {
        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Instances.IsEmpty && catalog.Departed.IsEmpty, "something is there");
        trial.Require(catalog.Service == trial.Service, $"the catalog is of '{catalog.Service}'");
    });

    /// <summary>Law 9: also when one's name begins with the other's.</summary>
    public Task Law09_ServicesWithSimilarNames_StayApart() => CheckAsync(9, async trial =>
    {
        string[] services = [trial.Service, $"{trial.Service}2", $"{trial.Service}.eu", $"{trial.Service}-eu", $"{trial.Service}_eu"];
        foreach (var service in services)
            await trial.RegisterAsync(new ServiceInstance(service, "a", "10.0.0.5", 80)).ConfigureAwait(false);
        foreach (var service in services)
        {
            var catalog = await trial.Registry.DiscoverAsync(service, CancellationToken.None).ConfigureAwait(false);
            trial.Require(
                catalog.Instances.Length == 1 && catalog.Instances[0].Service == service,
                $"'{service}' holds [{string.Join(", ", catalog.Instances)}]");
        }
    });

    /// <summary>Law 9: a name that could reach into another service's entries is refused, not looked up.</summary>
    public Task Law09_HostileName_IsRefused() => CheckAsync(9, async trial =>
    {
        await trial.RegisterAsync("a").ConfigureAwait(false);
        string[] names =
        [
            "", " ", "*", "/", "..", $"../{trial.Service}", $"{trial.Service}/a",
            "a\0b", "a\nb", "a b", "a%2f", "Ä", new('a', 129),
        ];
        foreach (var name in names)
        {
            var error = await CaughtAsync(async () =>
                await trial.Registry.DiscoverAsync(name, CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
            trial.Require(error is ArgumentException, $"discovering '{name}' gave {error?.GetType().Name ?? "a catalog"}");
            var watchError = await CaughtAsync(async () =>
            {
                await foreach (var _ in trial.Registry.WatchAsync(name, CancellationToken.None).ConfigureAwait(false)) return;
            }).ConfigureAwait(false);
            trial.Require(watchError is ArgumentException, $"watching '{name}' gave {watchError?.GetType().Name ?? "a catalog"}");
        }
    });

    private static Task<Exception?> RefusalAsync(LawTrial trial, string id, string owner) =>
        CaughtAsync(() => trial.RegisterAsync(id, owner, 9090, takeOver: false));

    private static async Task<Exception?> CaughtAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
