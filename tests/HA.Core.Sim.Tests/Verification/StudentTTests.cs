using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Tests.Verification;

public sealed class StudentTTests
{
    [Theory]
    [InlineData(0.05, 1, 12.7062)]
    [InlineData(0.05, 2, 4.3027)]
    [InlineData(0.05, 9, 2.2622)]
    [InlineData(0.05, 30, 2.0423)]
    [InlineData(0.01, 4, 4.6041)]
    [InlineData(0.001, 5, 6.8688)]
    [InlineData(0.05, 10_000, 1.9602)]
    public void TwoSided_KnownValues_AreMet(double chance, int degrees, double expected) =>
        Assert.Equal(expected, StudentT.TwoSided(chance, degrees), 3);

    [Fact]
    public void Difference_OfPairsThatMoveTogether_HasANarrowInterval()
    {
        var difference = PairedDifference.Of([11, 21, 31, 41.2], [10, 20, 30, 40], miss: 0.05);

        Assert.Equal(1.05, difference.Mean, 6);
        Assert.False(difference.IsTie);
        // The differences stray by 0.1, the values by 13.
        Assert.Equal(0.05 * StudentT.TwoSided(0.05, 3), difference.HalfWidth!.Value, 6);
        Assert.True(difference.Narrowing > 100);
    }

    [Fact]
    public void Difference_ThatMayBeNone_IsATie()
    {
        Assert.True(PairedDifference.Of([1, 2, 3], [2, 2, 2], miss: 0.05).IsTie);
        Assert.True(PairedDifference.Of([1, 1], [1, 1], miss: 0.05).IsTie);
        Assert.False(PairedDifference.Of([1], [1], miss: 0.05).IsTie);
    }
}
