namespace HA.Core.Calls;

/// <summary>When a client stops sending to a service that takes hardly anything anyway, and how it finds out that it is back.</summary>
public sealed record ThrottleOptions
{
    /// <summary>Calls that are sent for each one that succeeds: 2 sends twice what the service takes.</summary>
    /// <value>The default is 2.</value>
    public double Multiplier
    {
        get;
        init => field = value is >= 1 and < ClientThrottle.MemoryLimit ? value : throw new ArgumentOutOfRangeException(
            nameof(Multiplier), value, $"Multiplier must be at least 1 and less than {ClientThrottle.MemoryLimit}.");
    } = 2;

    /// <summary>How long the past counts.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan Window { get; init => field = Check.Positive(value); } = TimeSpan.FromSeconds(30);

    /// <summary>Calls that may fail before any is refused: a few failures are no sign of anything.</summary>
    /// <value>The default is 10.</value>
    public int Allowance { get; init => field = Check.AtLeast(0, value); } = 10;

    /// <summary>Longest time without sending a call, if there is one: what tells that the service is back.</summary>
    /// <value>The default is 500 ms.</value>
    public TimeSpan ProbeInterval { get; init => field = Check.Positive(value); } = TimeSpan.FromMilliseconds(500);
}
