namespace HA.Core.Hosting;

/// <summary>What is told of calls and endpoints. A new instance holds the recommended values.</summary>
public sealed record TelemetryOptions
{
    /// <summary>
    /// How many endpoints metrics tell apart, by <c>server.address</c> and <c>server.port</c>. Once more than that were seen, those
    /// that have left included, the attributes are left out until the program starts again. 0: never tell them apart. Hot.
    /// </summary>
    /// <value>The default is 200.</value>
    public int MaxEndpoints
    {
        get;
        init => field = value is >= 0 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxEndpoints), value, "MaxEndpoints must be 0 to 1000000.");
    } = 200;
}
