using HA.Core.Registry;

namespace HA.Core.Conformance;

// Laws 4 to 6: how entries live and end.
public abstract partial class RegistryConformance
{
    /// <summary>Law 4: not before its time to live, not long after.</summary>
    public Task Law04_UnrenewedEntry_IsGoneWithinBounds() => CheckAsync(4, async trial =>
    {
        var asked = trial.Now;
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        var answered = trial.Now;
        var earliest = asked + registration.TimeToLive;
        var latest = answered + registration.TimeToLive + trial.RemovalLatency;
        while (true)
        {
            var before = trial.Now;
            var isThere = await trial.FindAsync("a").ConfigureAwait(false) is not null;
            if (!isThere)
            {
                trial.Require(trial.Now >= earliest, $"gone {earliest - trial.Now} too soon");
                return;
            }

            trial.Require(before <= latest, $"still there {before - latest} after the bound");
            await trial.DelayAsync(PollInterval).ConfigureAwait(false);
        }
    });

    /// <summary>Law 4: a time to live that is too short is raised, and the registration says so.</summary>
    public Task Law04_TooShortTimeToLive_IsRaisedAndSaid() => CheckAsync(4, async trial =>
    {
        var least = trial.Registry.Capabilities.MinTimeToLive;
        var terms = new RegistrationTerms("owner-a", least / 2, TakeOver: true);
        var registration = await trial.RegisterAsync(trial.Instance("a"), terms).ConfigureAwait(false);
        trial.Require(
            registration.TimeToLive >= least, $"asked for {terms.TimeToLive}, least {least}, given {registration.TimeToLive}");
    });

    /// <summary>Law 4: a time to live that is long enough is not cut.</summary>
    public Task Law04_TimeToLive_IsNeverShorterThanAsked() => CheckAsync(4, async trial =>
    {
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        trial.Require(
            registration.TimeToLive >= trial.ShortLife, $"asked for {trial.ShortLife}, given {registration.TimeToLive}");
    });

    /// <summary>Law 5: renewed three times in each time to live, an entry lives on.</summary>
    public Task Law05_RenewedEntry_OutlivesItsTimeToLive() => CheckAsync(5, async trial =>
    {
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        await trial.RenewUntilAsync(registration, trial.Now + (registration.TimeToLive * 2) + trial.RemovalLatency).ConfigureAwait(false);
        trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is not null, "the entry is gone");
    });

    /// <summary>Law 5: what expired cannot be renewed, and does not come back by trying.</summary>
    public Task Law05_RenewingTheExpired_IsLostAndCreatesNothing() => CheckAsync(5, async trial =>
    {
        var registration = await trial.RegisterForShortAsync("a").ConfigureAwait(false);
        await trial.WaitUntilExpiredAsync(registration).ConfigureAwait(false);
        await RequireLostAsync(trial, registration).ConfigureAwait(false);
    });

    /// <summary>Law 5: nor what was deregistered.</summary>
    public Task Law05_RenewingTheDeregistered_IsLostAndCreatesNothing() => CheckAsync(5, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        await RequireLostAsync(trial, registration).ConfigureAwait(false);
    });

    /// <summary>Law 6: whoever asks after the call has returned does not find the entry.</summary>
    public Task Law06_Deregistered_IsGoneBeforeTheCallReturns() => CheckAsync(6, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is null, "the entry is still there");
    });

    /// <summary>Law 6: deregistering again, or what has expired, does nothing and throws nothing.</summary>
    public Task Law06_DeregisteringAgain_DoesNothing() => CheckAsync(6, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        await trial.DeregisterAsync(registration).ConfigureAwait(false);
        var expired = await trial.RegisterForShortAsync("b").ConfigureAwait(false);
        await trial.WaitUntilExpiredAsync(expired).ConfigureAwait(false);
        await trial.DeregisterAsync(expired).ConfigureAwait(false);
        trial.Require((await trial.DiscoverAsync().ConfigureAwait(false)).Instances.IsEmpty, "something is there");
    });

    /// <summary>Law 6: an owner that was never told its lease, because the answer got lost, can take leave all the same.</summary>
    public Task Law06_DeregisteringByOwnerAlone_RemovesTheEntry() => CheckAsync(6, async trial =>
    {
        var registration = await trial.RegisterAsync("a").ConfigureAwait(false);
        await trial.DeregisterAsync(registration with { Owner = "owner-b", Lease = "" }).ConfigureAwait(false);
        trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is not null, "another owner without a lease removed the entry");
        await trial.DeregisterAsync(registration with { Lease = "" }).ConfigureAwait(false);
        trial.Require(await trial.FindAsync("a").ConfigureAwait(false) is null, "the entry is still there");
        var departed = (await trial.DiscoverAsync().ConfigureAwait(false)).Departed;
        trial.Require(departed is ["a"], $"it left on purpose, and [{string.Join(", ", departed)}] departed");
    });

    private static async Task RequireLostAsync(LawTrial trial, ServiceRegistration registration)
    {
        var result = await trial.RenewAsync(registration).ConfigureAwait(false);
        trial.Require(result == RenewalResult.Lost, $"renewing what is gone answered {result}");
        trial.Require(await trial.FindAsync(registration.Instance.Id).ConfigureAwait(false) is null, "renewing brought the entry back");
    }
}
