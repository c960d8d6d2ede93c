namespace HA.Core.Calls;

/// <summary>How many calls to one service a client makes at once, so that a slow service does not take all that the process has.</summary>
public sealed record BulkheadOptions
{
    /// <summary>Most calls under way at once.</summary>
    /// <value>The default is 1000.</value>
    public int MaxInFlight { get; init => field = Check.AtLeast(1, value); } = 1000;

    /// <summary>Most calls that wait for a place, first come, first served; others are refused at once.</summary>
    /// <value>The default is 0: nobody waits.</value>
    public int MaxQueued { get; init => field = Check.AtLeast(0, value); }
}
