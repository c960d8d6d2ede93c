using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Distributions;

public sealed class DistributionTests
{
    private const int Samples = 200_000;

    private static readonly Dictionary<string, (Distribution Distribution, double MeanMs, double Tolerance)> Cases =
        new(StringComparer.Ordinal)
        {
            ["constant"] = (new Constant(Ms(7)), 7, 0),
            ["uniform"] = (new Uniform(Ms(2), Ms(10)), 6, 0.01),
            ["exponential"] = (new Exponential(Ms(10)), 10, 0.015),
            ["normal"] = (new Normal(Ms(10), Ms(2)), 10, 0.01),
            ["lognormal by percentiles"] = (new Lognormal(Ms(10), Ms(100)),
            10 * Math.Exp(Math.Pow(Math.Log(10) / 2.3263478740408408, 2) / 2), 0.02),
            ["lognormal by parameters"] = (new Lognormal(Math.Log(0.01), 0.5), 10 * Math.Exp(0.125), 0.01),
            ["bimodal"] = (new Bimodal(Ms(5), Ms(100), 0.1), 14.5, 0.02),
            ["pareto"] = (new Pareto(Ms(1), Ms(1000), 1.5), 3 * (1 - Math.Sqrt(0.001)) / (1 - Math.Pow(0.001, 1.5)), 0.04),
            ["pareto of shape one"] = (new Pareto(Ms(1), Ms(1000), 1), Math.Log(1000) / 0.999, 0.05),
            ["hyperexponential"] = (new HyperExponential(Ms(10), 9), 10, 0.03),
            ["empirical"] = (new Empirical([new(0, Ms(1)), new(0.5, Ms(3)), new(1, Ms(11))]), 4.5, 0.01),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    // Else a failure that has it in its scenario could not be saved.
    [Theory]
    [MemberData(nameof(Names))]
    public void Parts_OfEachKind_AreTold(string name) => Assert.NotEmpty(Described.Parts(Cases[name].Distribution));

    [Fact]
    public void Cases_HaveEveryKind()
    {
        var kinds = typeof(Distribution).Assembly.GetTypes().Where(static t => t.IsSubclassOf(typeof(Distribution)) && !t.IsAbstract);
        Assert.Empty(kinds.Except(Cases.Values.Select(static c => c.Distribution.GetType())));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Mean_OfManySamples_AgreesWithTheory(string name)
    {
        var (distribution, meanMs, tolerance) = Cases[name];
        var random = new SeededRandom(1, "test", name);
        var sum = 0L;
        for (var i = 0; i < Samples; i++) sum += distribution.SampleTicks(random);

        Assert.Equal(meanMs / 1000, distribution.MeanSeconds, 1e-9);
        Assert.InRange(sum / (double)Samples / 10_000, meanMs * (1 - tolerance), meanMs * (1 + tolerance));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_SameStream_Repeat(string name)
    {
        var distribution = Cases[name].Distribution;
        var (a, b) = (new SeededRandom(5, "test", name), new SeededRandom(5, "test", name));
        for (var i = 0; i < 1000; i++) Assert.Equal(distribution.SampleTicks(a), distribution.SampleTicks(b));
    }

    [Fact]
    public void HyperExponential_ManySamples_HasTheVariability()
    {
        var distribution = new HyperExponential(Ms(10), 4);
        var random = new SeededRandom(1, "test", "scv");
        var values = Enumerable.Range(0, 1_000_000).Select(_ => (double)distribution.SampleTicks(random)).ToArray();
        var mean = values.Average();

        Assert.Equal(4, values.Average(v => (v - mean) * (v - mean)) / (mean * mean), 0.1);
    }

    [Fact]
    public void Lognormal_ManySamples_HasMedianAndP99()
    {
        var distribution = new Lognormal(Ms(10), Ms(80));
        var random = new SeededRandom(1, "test", "percentiles");
        var values = Enumerable.Range(0, Samples).Select(_ => distribution.SampleTicks(random)).Order().ToArray();

        Assert.InRange(values[Samples / 2], 99_000, 101_000);
        Assert.InRange(values[Samples / 100 * 99], 780_000, 820_000);
    }

    [Fact]
    public void Samples_BoundedDistributions_StayInside()
    {
        var random = new SeededRandom(1, "test", "bounds");
        var pareto = new Pareto(Ms(1), Ms(1000), 1.1);
        var uniform = new Uniform(Ms(3), Ms(4));
        for (var i = 0; i < Samples; i++)
        {
            Assert.InRange(pareto.Sample(random), Ms(1), Ms(1000));
            Assert.InRange(uniform.Sample(random), Ms(3), Ms(4));
        }
    }

    [Fact]
    public void Samples_AbsurdlyLong_AreCapped() => Assert.Equal(
        TimeSpan.FromDays(365_250), new Lognormal(30, 0).Sample(new SeededRandom(1)));

    [Fact]
    public void Constructors_BadArguments_Throw()
    {
        var none = TimeSpan.Zero;
        var negative = Ms(-1);
        Action[] bad =
        [
            () => _ = new Constant(negative),
            () => _ = new Uniform(negative, Ms(1)),
            () => _ = new Uniform(Ms(2), Ms(1)),
            () => _ = new Exponential(none),
            () => _ = new Lognormal(none, Ms(1)),
            () => _ = new Lognormal(Ms(2), Ms(1)),
            () => _ = new Lognormal(TimeSpan.FromTicks(1), TimeSpan.MaxValue),
            () => _ = new Lognormal(double.NaN, 1),
            () => _ = new Lognormal(0, -1),
            () => _ = new Bimodal(Ms(1), Ms(2), 1.5),
            () => _ = new Bimodal(Ms(1), Ms(2), double.NaN),
            () => _ = new Pareto(none, Ms(1), 1),
            () => _ = new Pareto(Ms(1), Ms(1), 1),
            () => _ = new Pareto(Ms(1), Ms(2), 0),
            () => _ = new HyperExponential(Ms(1), 0.5),
            () => _ = new HyperExponential(Ms(1), double.PositiveInfinity),
            () => _ = new HyperExponential(none, 2),
            () => _ = new Empirical([]),
            () => _ = new Empirical([new(0, Ms(1))]),
            () => _ = new Empirical([new(0.1, Ms(1)), new(1, Ms(2))]),
            () => _ = new Empirical([new(0, Ms(1)), new(0.9, Ms(2))]),
            () => _ = new Empirical([new(0, Ms(1)), new(0, Ms(2)), new(1, Ms(2))]),
            () => _ = new Empirical([new(0, Ms(1)), new(double.NaN, Ms(2)), new(1, Ms(2))]),
            () => _ = new Empirical([new(0, Ms(3)), new(1, Ms(2))]),
            () => _ = new Empirical([new(0, negative), new(1, Ms(2))]),
        ];

        Assert.All(bad, static create => Assert.ThrowsAny<ArgumentException>(create));
    }

    private static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);
}
