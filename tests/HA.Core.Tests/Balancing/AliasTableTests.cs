using FsCheck.Fluent;
using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class AliasTableTests
{
    [Theory]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 1, 1, 1 })]
    [InlineData(new[] { 5, 3, 2 })]
    [InlineData(new[] { 0, 7, 0, 1 })]
    [InlineData(new[] { 1_000_000, 1, 999_999 })]
    public void Draw_Weights_AreTheShares(int[] weights)
    {
        const int Draws = 200_000;
        var table = new AliasTable(weights);
        var stream = new SeededStream(5);
        var counts = new int[weights.Length];
        for (var i = 0; i < Draws; i++) counts[table.Draw(stream)]++;
        var total = weights.Sum(static w => (double)w);
        for (var i = 0; i < weights.Length; i++)
        {
            var expected = (double)Draws * weights[i] / total;
            Assert.InRange(counts[i], expected - (6 * Math.Sqrt(expected)), expected + (6 * Math.Sqrt(expected)) + 2);
        }
    }

    [Fact]
    public void Draw_AnyWeights_NeverIsSomebodyWithout() => Prop.ForAll<int[]>(static numbers =>
    {
        var weights = numbers.Select(static n => Math.Abs(n % 5)).Append(1).ToArray();
        var table = new AliasTable(weights);
        var stream = new SeededStream(9);
        return Enumerable.Range(0, 200).All(_ => weights[table.Draw(stream)] > 0);
    }).Check(200);
}
