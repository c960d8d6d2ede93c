using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class RiseFallTests
{
    private static RiseFall After(string checks)
    {
        var verdict = new RiseFall(rise: 2, fall: 3);
        foreach (var check in checks) verdict.Observe(check == '+');
        return verdict;
    }

    [Theory]
    [InlineData("", EndpointHealth.Unknown)]
    [InlineData("+", EndpointHealth.Healthy)]
    [InlineData("--", EndpointHealth.Unknown)]
    [InlineData("---", EndpointHealth.Unhealthy)]
    [InlineData("--+", EndpointHealth.Healthy)]
    [InlineData("+--", EndpointHealth.Healthy)]
    [InlineData("+--+--", EndpointHealth.Healthy)]
    [InlineData("+---", EndpointHealth.Unhealthy)]
    [InlineData("---+", EndpointHealth.Unhealthy)]
    [InlineData("---+-+-", EndpointHealth.Unhealthy)]
    [InlineData("---++", EndpointHealth.Healthy)]
    public void Observe_Checks_GiveTheVerdict(string checks, EndpointHealth expected) =>
        Assert.Equal(expected, After(checks).Verdict);

    [Fact]
    public void Observe_VerdictKept_AnswersFalse()
    {
        var checks = new RiseFall(2, 3);
        Assert.True(checks.Observe(true));
        Assert.False(checks.Observe(true));
        Assert.False(checks.Observe(false));
        Assert.False(checks.Observe(false));
        Assert.True(checks.Observe(false));
        Assert.False(checks.Observe(false));
    }

    [Fact]
    public void Clear_AfterBadChecks_IsHealthyAndForgets()
    {
        var checks = After("+---");
        checks.Clear();
        Assert.Equal(EndpointHealth.Healthy, checks.Verdict);
        checks.Observe(false);
        checks.Observe(false);
        Assert.Equal(EndpointHealth.Healthy, checks.Verdict);
    }

    [Fact]
    public void Clear_NeverChecked_StaysUnknown()
    {
        var checks = After("");
        checks.Clear();
        Assert.Equal(EndpointHealth.Unknown, checks.Verdict);
    }
}
