using HA.Core.Conformance.Tests.BrokenRegistries;
using HA.Core.Registry;
using HA.Core.Simulation;

namespace HA.Core.Conformance.Tests;

/// <summary>A suite that nothing can fail says nothing: each kind of broken registry is caught by the law that it breaks.</summary>
public sealed class BrokenRegistryTests
{
    private static readonly Dictionary<string, (int Law, Func<InMemoryRegistry, ServiceEnvironment, IServiceRegistry> Spoil)> Broken = new(StringComparer.Ordinal)
    {
        [nameof(ForgetsMetadata)] = (1, static (r, _) => new ForgetsMetadata(r)),
        [nameof(ForgetsRegistrationTime)] = (2, static (r, e) => new ForgetsRegistrationTime(r, e)),
        [nameof(SharesOneLease)] = (3, static (r, _) => new SharesOneLease(r)),
        ["ExpiresNever"] = (4, static (r, _) => new StretchesLeases(r, 1e6)),
        ["ExpiresTooSoon"] = (4, static (r, _) => new StretchesLeases(r, 0.5)),
        ["ExpiresTooLate"] = (4, static (r, _) => new StretchesLeases(r, 2)),
        [nameof(RenewalRevives)] = (5, static (r, _) => new RenewalRevives(r)),
        [nameof(DeregistersNothing)] = (6, static (r, _) => new DeregistersNothing(r)),
        [nameof(NeedsTheLeaseToLeave)] = (6, static (r, _) => new NeedsTheLeaseToLeave(r)),
        [nameof(FencesNobody)] = (7, static (r, _) => new FencesNobody(r)),
        [nameof(AlwaysTakesOver)] = (8, static (r, _) => new AlwaysTakesOver(r)),
        [nameof(SeesByPrefix)] = (9, static (r, _) => new SeesByPrefix(r)),
        [nameof(DropsTheFirstCatalog)] = (10, static (r, _) => new DropsTheFirstCatalog(r)),
        [nameof(SkipsTheLastState)] = (11, static (r, _) => new SkipsTheLastState(r)),
        [nameof(StaleRevisions)] = (11, static (r, _) => new StaleRevisions(r)),
        [nameof(EndsAfterTwoCatalogs)] = (12, static (r, _) => new EndsAfterTwoCatalogs(r)),
        [nameof(IgnoresTheStopToken)] = (12, static (r, _) => new IgnoresTheStopToken(r)),
        [nameof(CallsTheExpiredDeparted)] = (13, static (r, _) => new CallsTheExpiredDeparted(r)),
        [nameof(NamesNoDeparted)] = (13, static (r, _) => new NamesNoDeparted(r)),
        [nameof(WritesThoughCancelled)] = (14, static (r, _) => new WritesThoughCancelled(r)),
        [nameof(AnswersInItsOwnTime)] = (14, static (r, e) => new AnswersInItsOwnTime(r, e)),
    };

    public static TheoryData<string> Names => new(Broken.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Registry_ThatBreaksALaw_IsCaughtByIt(string name)
    {
        var (law, spoil) = Broken[name];

        var failures = Judge(spoil);

        Assert.Contains(failures, f => f.Law == law);
        Assert.All(failures, static f => Assert.Contains(RegistryLaws.Sentence(f.Law), f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Registries_Broken_CoverEveryLaw() =>
        Assert.Equal(Enumerable.Range(1, RegistryLaws.Sentences.Count), Broken.Values.Select(static b => b.Law).Distinct().Order());

    private static List<ConformanceException> Judge(Func<InMemoryRegistry, ServiceEnvironment, IServiceRegistry> spoil)
    {
        var failures = new List<ConformanceException>();
        foreach (var name in new InMemoryConformance(ServiceEnvironment.System).Laws.Select(static l => l.Name))
        {
            try
            {
                Simulator.Run(1, sim => new InMemoryConformance(sim.Environment, spoil).Laws.Single(l => l.Name == name).CheckAsync());
            }
            catch (SimulationFailedException e) when (e.InnerException is ConformanceException failure)
            {
                failures.Add(failure);
            }
        }

        return failures;
    }
}
