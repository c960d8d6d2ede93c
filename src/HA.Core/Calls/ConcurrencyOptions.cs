namespace HA.Core.Calls;

/// <summary>How a client finds, for each endpoint, how many calls at once it serves without making them wait.</summary>
public sealed record ConcurrencyOptions
{
    /// <summary>The limit of an endpoint that nothing is known of yet.</summary>
    /// <value>The default is 20.</value>
    public int InitialLimit { get; init => field = Check.AtLeast(1, value); } = 20;

    /// <summary>The limit never falls below this, so that a sick endpoint can show that it is well again.</summary>
    /// <value>The default is 1.</value>
    public int MinLimit { get; init => field = Check.AtLeast(1, value); } = 1;

    /// <summary>The limit never grows beyond this.</summary>
    /// <value>The default is 1000.</value>
    public int MaxLimit { get; init => field = Check.AtLeast(1, value); } = 1000;

    /// <summary>How many times its best latency an endpoint may take before its limit is lowered.</summary>
    /// <value>The default is 2.</value>
    public double Tolerance
    {
        get;
        init => field = value is >= 1 and <= 100 ? value : throw new ArgumentOutOfRangeException(
            nameof(Tolerance), value, "Tolerance must be between 1 and 100.");
    } = 2;
}
