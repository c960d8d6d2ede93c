using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Kernel;

public sealed class SeededRandomTests
{
    [Fact]
    public void Xoshiro_StateOneToFour_GivesThePublishedVector()
    {
        // From the reference implementation's widely repeated test (rand_xoshiro of Rust).
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        var stream = new SeededRandom(1, 2, 3, 4);

        Assert.Equal(expected, expected.Select(_ => stream.NextUInt64()));
    }

    [Fact]
    public void SplitMix_Seed1234567_GivesThePublishedVector()
    {
        // From Rosetta Code, "Pseudo-random numbers/Splitmix64".
        ulong[] expected =
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        ulong state = 1234567;

        Assert.Equal(expected, expected.Select(_ => SeededRandom.SplitMix(ref state)));
    }

    [Fact]
    public void Stream_SeededByNumber_AgreesWithNaiveImplementation()
    {
        ulong x = 0;
        var s = new ulong[4];
        for (var i = 0; i < 4; i++)
        {
            var z = x += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            s[i] = z ^ (z >> 31);
        }

        var stream = new SeededRandom(0UL);
        for (var i = 0; i < 1000; i++) Assert.Equal(NaiveNext(s), stream.NextUInt64());
    }

    [Fact]
    public void Stream_SameOrigin_Repeats() =>
        Assert.Equal(First(7, "arrivals", "orders"), First(7, "arrivals", "orders"));

    [Fact]
    public void Stream_AnyOtherPart_Differs()
    {
        ulong[] firsts =
        [
            First(7, "a", "b"), First(8, "a", "b"), First(7, "b", "a"), First(7, "ab", ""), First(7, "", "ab"),
            First(7, "a", "c"), First(0, "a", "b"), First(ulong.MaxValue, "a", "b"),
        ];

        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Fact]
    public void Streams_OfNeighbours_AreUncorrelated()
    {
        const int Count = 100_000;
        var left = new SeededRandom(1, "service", "orders-1");
        var right = new SeededRandom(1, "service", "orders-2");
        var sum = 0.0;
        for (var i = 0; i < Count; i++) sum += (left.NextDouble() - 0.5) * (right.NextDouble() - 0.5);

        // The correlation's standard error is 1/sqrt(n); four of them.
        Assert.InRange(sum / Count * 12, -4 / Math.Sqrt(Count), 4 / Math.Sqrt(Count));
    }

    private static ulong First(ulong seed, string purpose, string entity) =>
        new SeededRandom(seed, purpose, entity).NextUInt64();

    // The authors' C code, word for word.
    private static ulong NaiveNext(ulong[] s)
    {
        static ulong Rotl(ulong x, int k) => (x << k) | (x >> (64 - k));
        var result = Rotl(s[1] * 5, 7) * 9;
        var t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = Rotl(s[3], 45);
        return result;
    }
}
