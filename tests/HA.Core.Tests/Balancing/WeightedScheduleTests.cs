using FsCheck.Fluent;
using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class WeightedScheduleTests
{
    [Theory]
    [InlineData(new[] { 1, 1, 1 }, "012")]
    [InlineData(new[] { 2, 1 }, "001")]
    [InlineData(new[] { 10, 5 }, "001")]
    [InlineData(new[] { 0, 3 }, "1")]
    [InlineData(new[] { 0, 0 }, "")]
    [InlineData(new int[0], "")]
    public void Create_SmallWeights_GiveTheOrder(int[] weights, string expected) =>
        Assert.Equal(expected, string.Concat(WeightedSchedule.Create(weights)));

    [Fact]
    public void Create_RandomWeights_AnyPrefixIsWithinOneOfTheShare()
    {
        var stream = new SeededStream(11);
        for (var round = 0; round < 150; round++)
            AssertWithinOne([.. Enumerable.Range(0, 1 + stream.Next(20)).Select(_ => stream.Next(1 + stream.Next(300)))]);
    }

    [Fact]
    public void Create_AnyWeights_AnyPrefixIsWithinOneOfTheShare() => Prop.ForAll<int[]>(static numbers =>
        AssertWithinOne([.. numbers.Select(static n => Math.Abs(n % 1000))])).Check(200);

    [Fact]
    public void Create_WeightsThatNeedAnEndlessCycle_AreRoundedAndKeepEverybody()
    {
        int[] weights = [1_000_000, 999_983, 1, 0, 499_979];
        var schedule = WeightedSchedule.Create(weights);
        Assert.InRange(schedule.Length, WeightedSchedule.MaxLength - weights.Length, WeightedSchedule.MaxLength + weights.Length);
        var total = weights.Sum(static w => (long)w);
        for (var item = 0; item < weights.Length; item++)
        {
            var share = schedule.Count(slot => slot == item) / (double)schedule.Length;
            Assert.InRange(share, (weights[item] / (double)total) - 1e-4, (weights[item] / (double)total) + 1e-4);
            Assert.Equal(weights[item] > 0, share > 0);
        }
    }

    private static void AssertWithinOne(int[] weights)
    {
        var schedule = WeightedSchedule.Create(weights);
        var total = weights.Sum();
        var counts = new int[weights.Length];
        for (var prefix = 1; prefix <= schedule.Length; prefix++)
        {
            counts[schedule[prefix - 1]]++;
            for (var item = 0; item < weights.Length; item++)
                Assert.True(Math.Abs(((long)counts[item] * total) - ((long)prefix * weights[item])) < total, $"{item} after {prefix} of {string.Join(',', weights)}");
        }

        // The cycle closes exactly, so what holds for one holds for all.
        Assert.All(Enumerable.Range(0, weights.Length), i => Assert.Equal((long)schedule.Length * weights[i], (long)counts[i] * total));
    }
}
