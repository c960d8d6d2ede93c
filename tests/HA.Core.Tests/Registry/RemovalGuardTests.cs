using FsCheck.Fluent;
using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Registry;

public class RemovalGuardTests
{
    private static readonly CatalogWatcherOptions Options = new() { MaxRemovalShare = 0.5, RemovalHoldTime = TimeSpan.FromSeconds(30) };
    private static readonly long Hold = Options.RemovalHoldTime.Ticks;

    private readonly RemovalGuard _guard = new(Options);

    private static ServiceCatalog Told(long revision, string numbers, string departed = "") =>
        Orders.Catalog(revision, numbers.Select(static n => Orders.Instance(n - '0'))) with
        {
            Departed = [.. departed.Order().Select(static n => Orders.Instance(n - '0').Id)],
        };

    private static string Numbers(ServiceCatalog catalog) => string.Concat(catalog.Instances.Select(static i => i.Id[^1]));

    private string Accept(string numbers, long now = 0, string departed = "") => Numbers(_guard.Accept(Told(1, numbers, departed), now, out _));

    private string Confirm(string numbers, long now, string departed = "") => Numbers(_guard.Confirm(Told(1, numbers, departed), now));

    [Fact]
    public void Accept_First_IsServedAsTold()
    {
        Assert.Equal("", Accept(""));
        Assert.Equal("123", Accept("123"));
        Assert.Null(_guard.ConfirmAt);
    }

    [Fact]
    public void Accept_SingleRemoval_Passes()
    {
        Accept("1234");
        Assert.Equal("123", Accept("123"));
        Assert.Equal(0, _guard.HeldCount);
    }

    [Fact]
    public void Accept_OneOfTwo_Passes()
    {
        Accept("12");
        Assert.Equal("1", Accept("1"));
    }

    [Fact]
    public void Accept_HalfOfThem_Passes()
    {
        Accept("1234");
        Assert.Equal("12", Accept("12"));
    }

    [Fact]
    public void Accept_MoreThanHalf_IsHeld()
    {
        Accept("1234");
        var served = _guard.Accept(Told(2, "1"), now: 100, out var newlyHeld);
        Assert.Equal("1234", Numbers(served));
        Assert.Equal(2, served.Revision);
        Assert.Equal(3, newlyHeld);
        Assert.Equal(3, _guard.HeldCount);
        Assert.Equal(100 + Hold, _guard.ConfirmAt);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("12")]
    public void Accept_EmptyAnswer_IsHeldHoweverFew(string known)
    {
        Accept(known);
        Assert.Equal(known, Accept(""));
        Assert.Equal(known.Length, _guard.HeldCount);
    }

    [Fact]
    public void Accept_MoreThanHalfOneByOne_BringsBackAllOfThem()
    {
        Accept("1234");
        Assert.Equal("134", Accept("134", now: 0));
        Assert.Equal("14", Accept("14", now: 10));
        var served = _guard.Accept(Told(2, "1"), now: 20, out var newlyHeld);
        Assert.Equal("1234", Numbers(served));
        Assert.Equal(3, newlyHeld);
        Assert.Equal(20 + Hold, _guard.ConfirmAt);
        Assert.Equal("1234", Accept("", now: 30));
    }

    [Fact]
    public void Accept_MoreThanHalfOverALongTime_Passes()
    {
        Accept("1234");
        Accept("134", now: 0);
        Accept("14", now: 10);
        Assert.Equal("1", Accept("1", now: Hold + 15));
        Assert.Equal(0, _guard.HeldCount);
    }

    [Fact]
    public void Accept_VanishedThatReturnedOrDeparted_IsNoPartOfAMassRemoval()
    {
        Accept("123456");
        Accept("456", departed: "1");
        Accept("23456", departed: "1");
        Assert.Equal("456", Accept("456", departed: "1"));
        Assert.Equal(0, _guard.HeldCount);
    }

    [Fact]
    public void Accept_EverybodyReplaced_Passes()
    {
        Accept("1234");
        Accept("2345");
        Accept("3456");
        Accept("4567");
        Assert.Equal("5678", Accept("5678"));
        Assert.Equal(0, _guard.HeldCount);
    }

    [Fact]
    public void Accept_OneMoreWhileMostAreHeld_IsHeldToo()
    {
        Accept("123456");
        Accept("12");
        Assert.Equal("123456", Accept("1"));
        Assert.Equal(5, _guard.HeldCount);
    }

    [Fact]
    public void Accept_EverybodyDeparted_IsBelievedAtOnce()
    {
        Accept("1234");
        Assert.Equal("", Accept("", departed: "1234"));
        Assert.Equal(0, _guard.HeldCount);
    }

    [Fact]
    public void Accept_DepartedWhileHeld_IsReleased()
    {
        Accept("1234");
        Accept("1");
        Assert.Equal("134", Accept("1", departed: "2"));
        Assert.Equal(2, _guard.HeldCount);
    }

    [Fact]
    public void Accept_ReturnedWhileHeld_IsServedAsToldNow()
    {
        Accept("1234");
        Accept("1");
        var moved = new ServiceInstance("orders", Orders.Instance(2).Id, "10.9.9.9", 8080);
        var served = _guard.Accept(Orders.Catalog(3, Orders.Instance(1), moved), 0, out var newlyHeld);
        Assert.Equal("1234", Numbers(served));
        Assert.Contains(moved, served.Instances);
        Assert.Equal(0, newlyHeld);
        Assert.Equal(2, _guard.HeldCount);
    }

    [Fact]
    public void Accept_StillMissing_DoesNotProlongTheHold()
    {
        Accept("1234");
        Accept("1", now: 0);
        Accept("1", now: 1000);
        Assert.Equal(Hold, _guard.ConfirmAt);
    }

    [Fact]
    public void Confirm_HeldLongEnough_IsGone()
    {
        Accept("1234");
        Accept("1");
        Assert.Equal("1", Confirm("1", Hold));
        Assert.Null(_guard.ConfirmAt);
    }

    [Fact]
    public void Confirm_TooEarly_KeepsHolding()
    {
        Accept("1234");
        Accept("1");
        Assert.Equal("1234", Confirm("1", Hold - 1));
        Assert.Equal(3, _guard.HeldCount);
    }

    [Fact]
    public void Confirm_NamesThemAgain_EndsTheHold()
    {
        Accept("1234");
        Accept("");
        Assert.Equal("1234", Confirm("1234", 5));
        Assert.Equal(0, _guard.HeldCount);
    }

    [Fact]
    public void Postpone_NoAnswer_WaitsOnceMore()
    {
        Accept("1234");
        Accept("");
        _guard.Postpone(Hold);
        Assert.Equal(2 * Hold, _guard.ConfirmAt);
        Assert.Equal("1234", Confirm("", Hold));
        Assert.Equal("", Confirm("", 2 * Hold));
    }

    [Fact]
    public void Accept_ZeroHoldTime_BelievesEverything()
    {
        var guard = new RemovalGuard(Options with { RemovalHoldTime = TimeSpan.Zero });
        guard.Accept(Told(1, "1234"), 0, out _);
        Assert.Empty(guard.Accept(Told(2, ""), 0, out var newlyHeld).Instances);
        Assert.Equal(0, newlyHeld);
    }

    [Fact]
    public void Accept_ShareOne_HoldsOnlyTheEmptyAnswer()
    {
        var guard = new RemovalGuard(Options with { MaxRemovalShare = 1 });
        guard.Accept(Told(1, "1234"), 0, out _);
        Assert.Equal("1", Numbers(guard.Accept(Told(2, "1"), 0, out _)));
        Assert.Equal("1", Numbers(guard.Accept(Told(3, ""), 0, out _)));
    }

    [Fact]
    public void Served_AnyHistory_LacksNothingTheRegistryNamesAndNeverIsEmptySuddenly() => Prop.ForAll<byte[]>(static steps =>
    {
        var guard = new RemovalGuard(Options);
        var now = 0L;
        var served = "";
        foreach (var step in steps)
        {
            var told = string.Concat("01234567".Where(n => ((step >> (n - '0')) & 1) != 0));
            now += step * TimeSpan.TicksPerSecond / 8;
            if (step % 5 == 4) guard.Postpone(now);
            var isConfirmation = step % 3 == 2;
            var catalog = Told(now, told);
            var next = Numbers(isConfirmation ? guard.Confirm(catalog, now) : guard.Accept(catalog, now, out _));
            Assert.All(told, n => Assert.Contains(n, next));
            Assert.True(next.Length - told.Length == guard.HeldCount);
            Assert.True(isConfirmation || next.Length > 0 || served.Length == 0);
            Assert.Equal(guard.HeldCount == 0, guard.ConfirmAt is null);
            served = next;
        }
    }).Check(500);
}
