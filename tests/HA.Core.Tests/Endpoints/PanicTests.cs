using System.Collections.Immutable;
using FsCheck.Fluent;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Endpoints;

public class PanicTests
{
    private static EndpointSnapshot Snapshot(int fit, int unfit, double threshold, long version = 1)
    {
        ImmutableArray<Endpoint> all =
        [
            .. Enumerable.Range(0, fit + unfit).Select(i => new Endpoint(Orders.Instance(i))
                .WithHealth(i < fit ? EndpointHealth.Healthy : EndpointHealth.Unhealthy)),
        ];
        return EndpointSnapshot.Create(version, all, threshold);
    }

    /// <summary>What one endpoint that is used carries, as a multiple of an equal share.</summary>
    private static double Load(int fit, int all, double threshold) =>
        (double)all / Snapshot(fit, all - fit, threshold).Eligible.Length;

    [Theory]
    [InlineData(0.5, 0.05)]
    [InlineData(0.3, 0.25)]
    [InlineData(0.1, 4.8)]
    public void Load_FewerAndFewerFit_RisesToItsBoundAndFallsWithoutACliff(double threshold, double largestStep)
    {
        const int All = 100;
        var loads = Enumerable.Range(0, All + 1).Select(fit => Load(All - fit, All, threshold)).ToArray();
        Assert.Equal(1, loads[0]);
        Assert.Equal(1, loads[All]);
        Assert.InRange(loads.Max(), 1 / threshold * 0.9, 1 / threshold);
        var worst = Array.IndexOf(loads, loads.Max());
        for (var i = 1; i <= All; i++)
        {
            Assert.True(i <= worst ? loads[i] >= loads[i - 1] : loads[i] <= loads[i - 1], $"{All - i} fit: {loads[i]}");
            Assert.InRange(Math.Abs(loads[i] - loads[i - 1]), 0, largestStep);
        }
    }

    [Theory]
    [InlineData(10, 3, 0.3, 3, false)]
    [InlineData(10, 2, 0.3, 5, true)]
    [InlineData(10, 1, 0.3, 7, true)]
    [InlineData(10, 0, 0.3, 10, true)]
    [InlineData(4, 1, 0.3, 2, true)]
    [InlineData(3, 1, 0.3, 1, false)]
    [InlineData(10, 1, 0, 1, false)]
    [InlineData(10, 0, 0, 10, true)]
    [InlineData(10, 9, 1, 10, true)]
    public void Create_SoManyFit_UsesSoMany(int all, int fit, double threshold, int used, bool isPanic)
    {
        var snapshot = Snapshot(fit, all - fit, threshold);
        Assert.Equal((used, isPanic), (snapshot.Eligible.Length, snapshot.IsPanic));
        Assert.All(snapshot.All.Where(static e => e.Health == EndpointHealth.Healthy), e => Assert.Contains(e, snapshot.Eligible));
    }

    [Fact]
    public void Create_AnyShare_NeverLoadsAnEndpointBeyondTheBound() => Prop.ForAll<int, int, int>((a, b, c) =>
    {
        var all = 1 + Math.Abs(a % 60);
        var fit = Math.Abs(b % (all + 1));
        var threshold = Math.Abs(c % 101) / 100.0;
        var snapshot = Snapshot(fit, all - fit, threshold);
        var bound = Math.Max(threshold * all, Math.Min(fit, 1));
        return snapshot.Eligible.Length >= bound - 1e-9 && snapshot.Eligible.Length >= fit && !snapshot.Eligible.IsEmpty;
    }).Check(2000);

    [Fact]
    public void Create_OtherVersions_UseOtherUnfitOnes()
    {
        var used = Enumerable.Range(1, 50).SelectMany(static v => Snapshot(2, 18, 0.2, v).Eligible).Select(static e => e.Instance.Id).Distinct();
        Assert.Equal(20, used.Count());
    }

    [Fact]
    public void Create_SomeOnProbation_TheyComeBeforeTheEjected()
    {
        ImmutableArray<Endpoint> all =
        [
            new Endpoint(Orders.Instance(0)),
            .. Enumerable.Range(1, 8).Select(static i => new Endpoint(Orders.Instance(i)).WithHealth(EndpointHealth.Unhealthy)),
            new Endpoint(Orders.Instance(9)).WithHealth(EndpointHealth.Probing),
        ];
        for (var version = 1; version < 20; version++)
        {
            var snapshot = EndpointSnapshot.Create(version, all, 0.11);
            Assert.Equal(["orders-000", "orders-009"], snapshot.Eligible.Select(static e => e.Instance.Id));
        }
    }
}
