using HA.Core.Tests.Fakes;

namespace HA.Core.Tests;

public class RandomStreamTests
{
    [Fact]
    public void Next_ExtremeBits_StaysInRange()
    {
        foreach (var max in new[] { 1, 2, 3, 10, 1000, int.MaxValue })
        {
            Assert.Equal(0, new ScriptedStream(0).Next(max));
            Assert.Equal(max - 1, new ScriptedStream(ulong.MaxValue).Next(max));
        }
    }

    [Fact]
    public void Next_HalfTheBits_IsHalfTheRange() => Assert.Equal(5, new ScriptedStream(1ul << 63).Next(10));

    [Fact]
    public void NextDouble_ExtremeBits_StaysBelowOne()
    {
        Assert.Equal(0, new ScriptedStream(0).NextDouble());
        Assert.Equal(0.5, new ScriptedStream(1ul << 63).NextDouble());
        Assert.Equal(1 - Math.Pow(2, -53), new ScriptedStream(ulong.MaxValue).NextDouble());
    }

    [Fact]
    public void NextTime_ExtremeBits_StaysBelowTheEnd()
    {
        Assert.Equal(TimeSpan.Zero, new ScriptedStream(0).NextTime(TimeSpan.FromSeconds(1)));
        Assert.Equal(new TimeSpan(TimeSpan.TicksPerSecond - 1), new ScriptedStream(ulong.MaxValue).NextTime(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Next_ManyDraws_AreUniform()
    {
        var counts = new int[7];
        var stream = new SeededStream(1);
        for (var i = 0; i < 70_000; i++) counts[stream.Next(7)]++;
        ChiSquare.AssertUniform(counts);
    }

    [Fact]
    public void System_ManyDraws_UseTheHighBitsToo()
    {
        var stream = ServiceEnvironment.System.Random("any");
        var counts = new int[16];
        for (var i = 0; i < 16_000; i++) counts[stream.NextUInt64() >> 60]++;
        ChiSquare.AssertUniform(counts);
    }

    [Fact]
    public void System_ManyDraws_EveryBitIsFair()
    {
        const int Draws = 10_000;
        var stream = ServiceEnvironment.System.Random("any");
        var ones = new int[64];
        for (var i = 0; i < Draws; i++)
        {
            var bits = stream.NextUInt64();
            for (var bit = 0; bit < 64; bit++) ones[bit] += (int)(bits >> bit & 1);
        }

        // Six deviations of 50.
        Assert.All(ones, static count => Assert.InRange(count, (Draws / 2) - 300, (Draws / 2) + 300));
    }

    [Fact]
    public void System_OtherThread_DrawsOtherNumbers()
    {
        var stream = ServiceEnvironment.System.Random("any");
        ulong[] mine = [.. Enumerable.Range(0, 100).Select(_ => stream.NextUInt64())], others = [];
        var thread = new Thread(() => others = [.. Enumerable.Range(0, 100).Select(_ => stream.NextUInt64())]);
        thread.Start();
        thread.Join();
        Assert.Empty(mine.Intersect(others));
    }
}
