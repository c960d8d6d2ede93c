namespace HA.Core.Conformance;

// Law 13: a departure on purpose is told apart from a disappearance.
public abstract partial class RegistryConformance
{
    /// <summary>Law 13: readers and watchers are told who left on purpose.</summary>
    public Task Law13_Deregistered_IsNamedAsDeparted() => CheckAsync(13, async trial =>
    {
        var reader = trial.Watch();
        await using var _ = reader.ConfigureAwait(false);
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.RegisterAsync("b").ConfigureAwait(false);
        await reader.UntilAsync("both registrations", static c => c.Instances.Length == 2).ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);

        var told = await reader.UntilAsync("the deregistration", static c => c.Instances.Length == 1).ConfigureAwait(false);
        trial.Require(told.Departed is ["a"], $"the watch names [{string.Join(", ", told.Departed)}]");
        var read = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(read.Departed is ["a"], $"discovering names [{string.Join(", ", read.Departed)}]");
    });

    /// <summary>Law 13: it is remembered while other things change.</summary>
    public Task Law13_Departure_IsRememberedThroughOtherChanges() => CheckAsync(13, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        var memory = trial.Registry.Capabilities.DepartureMemory / 2;
        var end = trial.Now + (memory < trial.ShortLife ? memory : trial.ShortLife);
        for (var i = 0; trial.Now < end; i++)
        {
            await trial.RegisterAsync("b", port: 8080 + i).ConfigureAwait(false);
            var departed = (await trial.DiscoverAsync().ConfigureAwait(false)).Departed;
            trial.Require(departed is ["a"], $"[{string.Join(", ", departed)}] soon after 'a' left");
            await trial.DelayAsync(trial.ShortLife / 10).ConfigureAwait(false);
        }
    });

    /// <summary>Law 13: who comes back has not departed.</summary>
    public Task Law13_RegisteredAgain_IsNoLongerDeparted() => CheckAsync(13, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        await trial.RegisterAsync("a", "owner-b").ConfigureAwait(false);
        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Instances.Length == 1 && catalog.Departed.IsEmpty, "an id is there and departed at once");
    });

    /// <summary>Law 13: who just stopped renewing did not say goodbye.</summary>
    public Task Law13_Expired_IsNeverDeparted() => CheckAsync(13, async trial =>
    {
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        await trial.WaitUntilExpiredAsync(registration).ConfigureAwait(false);
        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Departed.IsEmpty, $"[{string.Join(", ", catalog.Departed)}] after an expiry");
    });

    /// <summary>Law 13: nor does a goodbye that came after the expiry count.</summary>
    public Task Law13_DeregisteredAfterExpiry_IsNoDeparture() => CheckAsync(13, async trial =>
    {
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        await trial.WaitUntilExpiredAsync(registration).ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        var catalog = await trial.DiscoverAsync().ConfigureAwait(false);
        trial.Require(catalog.Departed.IsEmpty, $"[{string.Join(", ", catalog.Departed)}] after a goodbye to nothing");
    });
}
