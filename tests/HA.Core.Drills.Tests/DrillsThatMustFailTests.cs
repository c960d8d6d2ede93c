using System.Collections.Concurrent;
using HA.Core.Drills.Convergence;
using HA.Core.Drills.Running;
using HA.Core.Registry;

namespace HA.Core.Drills.Tests;

/// <summary>A drill that cannot fail proves nothing.</summary>
public sealed class DrillsThatMustFailTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("back-after-wiped")]
    [InlineData("two-owners")]
    public async Task Drill_OfARegistryThatLies_FailsAndSaysHowToRunItAgain(string name)
    {
        var honest = Rigs.All.Single(static r => r.Name == "redis");
        var lying = honest with { Open = servers => new LyingRegistry(honest.Open(servers)) };
        var report = await AllDrills.List.Single(d => d.Name == name).RunAsync(lying, new DrillOptions(1, Seed: 5, Jobs: 1, TimeToLive));
        Assert.False(report.Held);
        Assert.Contains($"bash eng/soak.sh --registry redis --drill {name} --seed 5 --rounds 1 --ttl 2", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Contains("1 FAILED", DrillTable.Of([report]), StringComparison.Ordinal);
    }

    [Fact]
    public void Schedule_OfOneSeed_IsAlwaysTheSame()
    {
        static string Of(int seed) => Schedule.Of(new Random(seed), ["wipe", "revoke"], TimeToLive).ToString();
        Assert.Equal(Of(7), Of(7));
        Assert.NotEqual(Of(7), Of(8));
    }

    [Fact]
    public void Schedules_OfManySeeds_HaveEveryFault()
    {
        var seen = Enumerable.Range(0, 50).SelectMany(static seed => Schedule.Of(new Random(seed), ["wipe"], TimeToLive).Faults).Select(static s => s.What);
        Assert.Superset(
            new HashSet<string> { "cut", "half-open", "slow-line", "trickle", "freeze", "kill", "replace", "lose-answer", "lose-answer-and-line", "wipe" },
            seen.ToHashSet());
    }

    // Writes for each owner once, and says ever after that it did, whatever is.
    private sealed class LyingRegistry(IServiceRegistry registry) : ForwardingRegistry(registry)
    {
        private readonly ConcurrentDictionary<string, ServiceRegistration> _written = new(StringComparer.Ordinal);

        public override async ValueTask<ServiceRegistration> RegisterAsync(
            ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
        {
            if (_written.TryGetValue(terms.Owner, out var old)) return old;
            return _written[terms.Owner] = await base.RegisterAsync(instance, terms, cancellationToken);
        }

        public override async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
        {
            await base.RenewAsync(registration, cancellationToken);
            return RenewalResult.Renewed;
        }
    }
}
