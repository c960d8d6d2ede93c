using HA.Core.Calls;

namespace HA.Core.Tests.Calls;

public class OptionsTests
{
    public static TheoryData<string, Action> Bad => new()
    {
        { nameof(HedgingOptions.Percentile), static () => _ = new HedgingOptions { Percentile = 0.4 } },
        { nameof(HedgingOptions.Share), static () => _ = new HedgingOptions { Share = 1.1 } },
        { nameof(HedgingOptions.Reserve), static () => _ = new HedgingOptions { Reserve = -1 } },
        { nameof(HedgingOptions.MinDelay), static () => _ = new HedgingOptions { MinDelay = TimeSpan.Zero } },
        { nameof(ThrottleOptions.Multiplier), static () => _ = new ThrottleOptions { Multiplier = 0.9 } },
        { nameof(ThrottleOptions.Multiplier), static () => _ = new ThrottleOptions { Multiplier = double.NaN } },
        { nameof(ThrottleOptions.Window), static () => _ = new ThrottleOptions { Window = TimeSpan.Zero } },
        { nameof(ThrottleOptions.Allowance), static () => _ = new ThrottleOptions { Allowance = -1 } },
        { nameof(ThrottleOptions.ProbeInterval), static () => _ = new ThrottleOptions { ProbeInterval = TimeSpan.Zero } },
        { nameof(BulkheadOptions.MaxInFlight), static () => _ = new BulkheadOptions { MaxInFlight = 0 } },
        { nameof(BulkheadOptions.MaxQueued), static () => _ = new BulkheadOptions { MaxQueued = -1 } },
        { nameof(ConcurrencyOptions.InitialLimit), static () => _ = new ConcurrencyOptions { InitialLimit = 0 } },
        { nameof(ConcurrencyOptions.MinLimit), static () => _ = new ConcurrencyOptions { MinLimit = 0 } },
        { nameof(ConcurrencyOptions.MaxLimit), static () => _ = new ConcurrencyOptions { MaxLimit = 0 } },
        { nameof(ConcurrencyOptions.Tolerance), static () => _ = new ConcurrencyOptions { Tolerance = 0.5 } },
        { nameof(CallOptions.Deadline), static () => _ = new CallOptions { Deadline = TimeSpan.Zero } },
        { nameof(CallOptions.RetryShare), static () => _ = new CallOptions { RetryShare = -1 } },
    };

    [Theory, MemberData(nameof(Bad))]
    public void Option_BadValue_IsNamed(string name, Action make)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
    }
}
