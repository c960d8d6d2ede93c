using FsCheck.Fluent;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class OutlierRuleTests
{
    private static readonly OutlierOptions Latency = new() { LatencyFactor = 3 };

    private static int[] Find(OutlierOptions options, params OutlierSample[] samples) =>
        [.. OutlierRule.Find(samples, options).Select(static f => f.Place)];

    /// <summary>Endpoints with 10 000 calls each and this success rate in percent.</summary>
    private static OutlierSample[] Rates(params double[] percent) =>
        Array.ConvertAll(percent, static p => new OutlierSample((long)Math.Round(p * 100), 10_000 - (long)Math.Round(p * 100), 10));

    private static OutlierSample[] Latencies(params double[] ms) => Array.ConvertAll(ms, static l => new OutlierSample(1000, 0, l));

    [Fact]
    public void Find_OneDeadOfThree_IsFound() => Assert.Equal([1], Find(new(), Rates(100, 0, 100)));

    [Fact]
    public void Find_FourDeadOfTen_AreAllFound() =>
        Assert.Equal([0, 3, 4, 9], Find(new(), Rates(0, 100, 99.9, 0, 0, 100, 99.8, 100, 100, 0)));

    [Fact]
    public void Find_MerelyVeryGoodAmongThePerfect_IsSpared() =>
        Assert.Empty(Find(new(), Rates([99, .. Enumerable.Repeat(99.99, 19)])));

    [Fact]
    public void Find_WorstFirst() => Assert.Equal([2, 0, 4], Find(new(), Rates(60, 100, 10, 99, 80, 100, 100)));

    [Fact]
    public void Find_AllBadAlike_FindsNone() => Assert.Empty(Find(new(), Rates(40, 45, 42, 38, 44)));

    [Fact]
    public void Find_PeersThatDiffer_SparesWhatIsWithinTheirSpread() => Assert.Empty(Find(new(), Rates(99, 92, 97, 88, 95, 90, 82)));

    [Fact]
    public void Find_FewCalls_AreNeitherJudgedNorCompared()
    {
        OutlierSample[] samples = [new(0, 99, 0), new(0, 0, 0), .. Rates(100, 100)];
        Assert.Empty(Find(new(), samples));
        Assert.Equal([4], Find(new(), [.. samples, .. Rates(0)]));
    }

    [Fact]
    public void Find_ChanceAlone_IsSpared()
    {
        // Five points below its peers, with so few calls that chance may have done it.
        OutlierSample[] peers = Array.ConvertAll(new double[9], static _ => new OutlierSample(9500, 500, 10));
        Assert.Empty(Find(new(), [.. peers, new(89, 11, 10)]));
        Assert.Equal([9], Find(new(), [.. peers, new(8900, 1100, 10)]));
    }

    [Theory]
    [InlineData(100.0, true)]
    [InlineData(59.0, false)]
    [InlineData(61.0, true)]
    public void Find_Slow_NeedsFactorAndMargin(double slow, bool isFound) =>
        Assert.Equal(isFound ? [3] : [], Find(Latency, Latencies(10, 10, 10, slow)));

    [Fact]
    public void Find_SlowByFactorOnly_IsSpared() => Assert.Empty(Find(Latency, Latencies(1, 1, 1, 30)));

    [Fact]
    public void Find_SlowByMarginOnly_IsSpared() => Assert.Empty(Find(Latency, Latencies(500, 500, 500, 900)));

    [Fact]
    public void Find_LatencyNotAskedFor_IsNotLookedAt() => Assert.Empty(Find(new(), Latencies(10, 10, 10, 5000)));

    [Fact]
    public void Find_DeadOnesAmongTheSlow_DoNotHideThem() =>
        Assert.Equal([0, 1, 4], Find(Latency, [.. Rates(0, 0), .. Latencies(10, 10, 900, 10, 10)]));

    [Fact]
    public void Find_AnySamples_KeepsTheLaws() => Prop.ForAll<int[], int[]>((good, bad) =>
    {
        var samples = good.Zip(bad, static (g, b) => new OutlierSample(Math.Abs(g % 500), Math.Abs(b % 500), Math.Abs(g % 300))).ToArray();
        var found = Find(Latency with { LatencyFactor = null }, samples);
        var compared = samples.Where(static s => s.Calls >= 100).ToArray();
        if (compared.Length < 3) return found.Length == 0;
        var rates = compared.Select(static s => s.SuccessRate).Order().ToArray();
        var median = (rates[rates.Length / 2] + rates[(rates.Length - 1) / 2]) / 2;
        return found.Length < (compared.Length + 1) / 2 + 1
            && found.Length * 2 <= compared.Length
            && found.All(f => samples[f].Calls >= 100 && samples[f].SuccessRate < median - 0.05)
            && found.Zip(found.Skip(1), (a, b) => samples[a].SuccessRate <= samples[b].SuccessRate).All(static ok => ok);
    }).Check(2000);

    [Fact]
    public void Options_BadValue_TeachesWhatIsRight()
    {
        Assert.Contains("MinEndpoints must be at least 3", Assert.Throws<ArgumentOutOfRangeException>(static () => new OutlierOptions { MinEndpoints = 2 }).Message, StringComparison.Ordinal);
        Assert.Contains("SuccessMargin must be above 0", Assert.Throws<ArgumentOutOfRangeException>(static () => new OutlierOptions { SuccessMargin = 0 }).Message, StringComparison.Ordinal);
        Assert.Contains("LatencyFactor must be at least 1", Assert.Throws<ArgumentOutOfRangeException>(static () => new OutlierOptions { LatencyFactor = 0.5 }).Message, StringComparison.Ordinal);
    }
}
