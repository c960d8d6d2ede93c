using System.Collections.Immutable;
using System.Security.Cryptography;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class ConsistentHashLoadBalancerTests
{
    public static TheoryData<HashScheme> Schemes => [HashScheme.Ring, HashScheme.Maglev, HashScheme.Rendezvous];

    private static IEndpointPicker Picker(HashScheme scheme, ImmutableArray<Endpoint> endpoints, ImmutableArray<Endpoint>? eligible = null) =>
        new ConsistentHashLoadBalancer(new SeededStream(1), scheme).CreatePicker(
            new EndpointSnapshot(1, endpoints, eligible ?? endpoints, IsPanic: false));

    private static string[] Owners(IEndpointPicker picker, int keys) =>
        [.. Enumerable.Range(1, keys).Select(key => picker.Pick(new PickContext(0, (ulong)key))!.Instance.Id)];

    [Theory, MemberData(nameof(Schemes))]
    public void Pick_SameKey_IsTheSameInEveryClient(HashScheme scheme)
    {
        var one = Owners(Picker(scheme, Orders.Endpoints(20)), 5000);
        var other = Owners(new ConsistentHashLoadBalancer(new SeededStream(99), scheme).CreatePicker(Orders.Snapshot(Orders.Endpoints(20))), 5000);
        Assert.Equal(one, other);
    }

    // What was agreed on once must stay: processes of different versions run side by side.
    [Theory]
    [InlineData(HashScheme.Ring)]
    [InlineData(HashScheme.Maglev)]
    [InlineData(HashScheme.Rendezvous)]
    public void Pick_KnownKeys_GoWhereTheyAlwaysWent(HashScheme scheme)
    {
        var picker = Picker(scheme, Orders.Endpoints(10));
        var owners = string.Concat(Enumerable.Range(1, 20).Select(key => picker.Pick(new PickContext(0, HashKey.Of($"customer-{key}")))!.Instance.Id[^1]));
        Assert.Equal(KnownOwners.Of(scheme), owners);
    }

    // The digests were made by another program, in another language: whoever disagrees on one key has another digest.
    [Theory, MemberData(nameof(Schemes))]
    public void Pick_HundredThousandKeys_AgreesWithEveryOtherProcess(HashScheme scheme)
    {
        var endpoints = Orders.Endpoints(100);
        var picker = Picker(scheme, endpoints);
        var places = endpoints.Select(static (e, i) => (e, i)).ToDictionary(static p => p.e, static p => (byte)p.i);
        var owners = Enumerable.Range(1, 100_000).Select(key => places[picker.Pick(new PickContext(0, HashKey.Of($"customer-{key}")))!]);
        Assert.Equal(KnownOwners.DigestOf(scheme), Convert.ToHexStringLower(SHA256.HashData([.. owners])));
    }

    [Theory]
    [InlineData(HashScheme.Ring, 0)]
    [InlineData(HashScheme.Rendezvous, 0)]
    [InlineData(HashScheme.Maglev, 0.006)]
    public void Pick_OneOfHundredLeaves_MovesHardlyAnyOtherKey(HashScheme scheme, double most)
    {
        const int Keys = 20_000;
        var all = Orders.Endpoints(100);
        var gone = all[37];
        var before = Owners(Picker(scheme, all), Keys);
        var after = Owners(Picker(scheme, all.Remove(gone)), Keys);
        var moved = before.Zip(after).Count(p => p.First != gone.Instance.Id && p.First != p.Second);
        Assert.InRange(moved, 0, (int)(Keys * most));
    }

    [Theory, MemberData(nameof(Schemes))]
    public void Pick_OneIsEjected_MovesOnlyItsKeys(HashScheme scheme)
    {
        var all = Orders.Endpoints(20);
        var before = Owners(Picker(scheme, all), 5000);
        var after = Owners(Picker(scheme, all, all.RemoveAt(4)), 5000);
        Assert.All(before.Zip(after), p => Assert.True(p.First == p.Second || p.First == all[4].Instance.Id));
        Assert.DoesNotContain(all[4].Instance.Id, after);
    }

    [Theory, MemberData(nameof(Schemes))]
    public void Pick_EachRetry_GoesToSomebodyElse(HashScheme scheme)
    {
        var picker = Picker(scheme, Orders.Endpoints(6));
        for (var key = 1ul; key <= 200; key++)
        {
            var tried = Enumerable.Range(0, 6).Select(attempt => picker.Pick(new PickContext(attempt, key))!.Instance.Id).ToArray();
            Assert.Equal(6, tried.Distinct().Count());
            Assert.Equal(tried[3], picker.Pick(new PickContext(3, key))!.Instance.Id);
        }
    }

    [Theory, MemberData(nameof(Schemes))]
    public void Pick_ManyKeys_ShareByWeight(HashScheme scheme)
    {
        var endpoints = Orders.Weighted(1, 2, 3, 4);
        var picker = Picker(scheme, endpoints);
        var counts = new double[4];
        for (var key = 1ul; key <= 50_000; key++) counts[endpoints.IndexOf(picker.Pick(new PickContext(0, key))!)]++;
        for (var i = 0; i < 4; i++) Assert.InRange(counts[i] / 50_000, 0.1 * (i + 1) * 0.8, 0.1 * (i + 1) * 1.2);
    }

    [Theory, MemberData(nameof(Schemes))]
    public void Pick_NoKey_GoesAnywhere(HashScheme scheme)
    {
        var endpoints = Orders.Endpoints(5);
        var picker = Picker(scheme, endpoints);
        Assert.Equal(5, Enumerable.Range(0, 500).Select(_ => picker.Pick(default)).Distinct().Count());
    }

    [Theory, MemberData(nameof(Schemes))]
    public void Pick_Bounded_NeverExceedsTheBound(HashScheme scheme)
    {
        var endpoints = Orders.Endpoints(10);
        var picker = new ConsistentHashLoadBalancer(new SeededStream(1), scheme, maxLoad: 1.25).CreatePicker(Orders.Snapshot(endpoints));
        var stream = new SeededStream(3);
        for (var calls = 1; calls <= 2000; calls++)
        {
            // Few keys, so that some endpoints are wanted far more than they may have.
            var picked = picker.Pick(new PickContext(0, 1 + (ulong)stream.Next(3)))!;
            picked.Enter();
            Assert.True(picked.InFlight <= Math.Ceiling(1.25 * calls / 10), $"{picked.InFlight} of {calls}");
            if (stream.Next(3) != 0) continue;
            var busy = endpoints.First(static e => e.InFlight > 0);
            busy.Leave();
            calls--;
        }
    }

    [Fact]
    public void CreatePicker_WeightChanges_MakesTheTableAnew()
    {
        var balancer = new ConsistentHashLoadBalancer(new SeededStream(1));
        var even = Owners(balancer.CreatePicker(Orders.Snapshot(Orders.Weighted(1, 1))), 2000);
        var uneven = Owners(balancer.CreatePicker(Orders.Snapshot(Orders.Weighted(1, 9))), 2000);
        Assert.InRange(even.Count(static id => id == "orders-001"), 900, 1100);
        Assert.InRange(uneven.Count(static id => id == "orders-001"), 1700, 1900);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    [InlineData(-3)]
    public void New_UselessBound_IsRefused(double maxLoad) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConsistentHashLoadBalancer(new SeededStream(1), maxLoad: maxLoad));

    [Fact]
    public void Maglev_Table_IsFilledEvenly()
    {
        var table = new MaglevTable([.. Enumerable.Range(0, 6).Select(static i => HashKey.Of($"{i}"))], [1, 1, 1, 1, 1, 1], 1009);
        var counts = Enumerable.Range(0, table.Length).GroupBy(table.MemberAt).Select(static g => g.Count()).ToArray();
        Assert.Equal(6, counts.Length);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }
}

internal static class KnownOwners
{
    /// <summary>SHA-256 of the owners of customer-1 to customer-100000 among a hundred: a byte each, its place in the order of ids.</summary>
    internal static string DigestOf(HashScheme scheme) => scheme switch
    {
        HashScheme.Ring => "74d92e21d32b00907d0544645d03a4dd408f77309fbfd5c5141adb28c8963951",
        HashScheme.Maglev => "624e205c8c8de95c560aefcd05869181b6dcaa09de5b7773a6b73162dc9899e6",
        _ => "ec87334293ff07330aabd9c1afe162a93550e7f551e8ca5acb92b7d78ce3fc42",
    };

    internal static string Of(HashScheme scheme) => scheme switch
    {
        HashScheme.Ring => "38972533948562604866",
        HashScheme.Maglev => "89222102876922331262",
        _ => "40124863655022948889",
    };
}
