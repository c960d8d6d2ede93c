using HA.Core.Simulation.Pages;

namespace HA.Core.Simulation.Tests.Pages;

public sealed class AmountsTests
{
    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(1, "100 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(0.999999, "99.9999 %")]
    [InlineData(0.0000012, "0.00012 %")]
    [InlineData(0.042, "4.2 %")]
    public void Percent_NearAllOrNone_IsNeitherUnlessItIs(double share, string text) => Assert.Equal(text, Amounts.Percent(share));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.25, "250 µs")]
    [InlineData(4.381, "4.38 ms")]
    [InlineData(63.47, "63.5 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1500, "1.5 s")]
    [InlineData(600_000, "10 min")]
    public void Time_OfAnySize_HasTheUnitThatSuitsIt(double milliseconds, string text) => Assert.Equal(text, Amounts.Time(milliseconds));

    [Fact]
    public void Time_OfNothing_IsADash() => Assert.Equal("–", Amounts.Time(null));
}
