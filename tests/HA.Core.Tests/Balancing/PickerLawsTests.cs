using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class PickerLawsTests
{
    public static TheoryData<string> Policies => [.. LoadBalancers.Names];

    private static IEndpointPicker Picker(string policy, EndpointSnapshot snapshot) =>
        LoadBalancers.Create(policy, new SeededStream(1)).CreatePicker(snapshot);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Pick_SomeNotEligible_StaysInsideAndReachesAll(string policy)
    {
        foreach (var count in new[] { 1, 2, 3, 7, 100 })
        {
            var all = Orders.Endpoints(count * 2);
            ImmutableArray<Endpoint> eligible = [.. all.Where(static (_, i) => i % 2 == 0)];
            var picker = Picker(policy, new EndpointSnapshot(1, all, eligible, IsPanic: false));
            var seen = Enumerable.Range(0, count * 100).Select(_ => picker.Pick(default)).ToHashSet();
            Assert.True(seen.SetEquals(eligible), $"{policy} of {count}: {seen.Count}");
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Pick_NobodyEligible_IsNull(string policy)
    {
        Assert.Null(Picker(policy, EndpointSnapshot.Empty).Pick(default));
        Assert.Null(Picker(policy, new EndpointSnapshot(1, Orders.Endpoints(3), [], IsPanic: false)).Pick(new PickContext(5, 9)));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Pick_OnlyWeightZeroEligible_StillPicks(string policy)
    {
        var picker = Picker(policy, new EndpointSnapshot(1, Orders.Weighted(0, 0), Orders.Weighted(0, 0), IsPanic: false));
        for (var i = 0; i < 100; i++) Assert.NotNull(picker.Pick(default));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Pick_AfterWarmUp_AllocatesNothing(string policy)
    {
        var picker = Picker(policy, Orders.Snapshot(Orders.Endpoints(10)));
        PickMany(picker);
        var before = GC.GetAllocatedBytesForCurrentThread();
        PickMany(picker);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void PickMany(IEndpointPicker picker)
    {
        for (var i = 0; i < 10_000; i++) picker.Pick(new PickContext(i & 1));
    }
}
