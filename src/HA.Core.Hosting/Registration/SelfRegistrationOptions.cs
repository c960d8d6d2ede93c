using System.Collections.Immutable;
using HA.Core.Registry;

namespace HA.Core.Hosting;

/// <summary>How this program shows itself to others. All of it is cold: it counts from one start to the next.</summary>
public sealed class SelfRegistrationOptions
{
    /// <summary>Name of the service that this program is an instance of. Needed.</summary>
    public string? Service { get; set; }

    /// <summary>Name of this instance, unique within the service.</summary>
    /// <value>The default is the machine's name and the port, so that a program that starts again takes its former place.</value>
    public string? Id { get; set; }

    /// <summary>IP address or host name under which others reach this program.</summary>
    /// <value>The default is where the server listens; if it listens everywhere, the machine's first address that is not loopback.</value>
    public string? Address { get; set; }

    /// <summary>Port under which others reach this program.</summary>
    /// <value>The default is the port on which the server listens.</value>
    public int? Port { get; set; }

    /// <summary>Which of the server's addresses is registered, if it has several: <c>https</c> or <c>http</c>.</summary>
    /// <value>The default is <c>https</c> if it has one, and <c>http</c> if not.</value>
    public string? Scheme { get; set; }

    /// <summary>Zone that this program runs in; null for none.</summary>
    public string? Zone { get; set; }

    /// <summary>Version of this program; null for none.</summary>
    public string? Version { get; set; }

    /// <summary>Share of the traffic, relative to other instances.</summary>
    /// <value>The default is 1.</value>
    public int Weight { get; set; } = ServiceInstance.DefaultWeight;

    /// <summary>Labels.</summary>
    public ImmutableArray<string> Tags { get; set; } = [];

    /// <summary>What else others may want to know.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; set; } = ImmutableSortedDictionary.Create<string,
        string>(StringComparer.Ordinal);

    /// <summary>Path of the health check, such as <c>/health</c>; null for the checker's own.</summary>
    public string? HealthCheckUrl { get; set; }

    /// <summary>Name of the registry to register with; null for <see cref="HighAvailabilityOptions.Registry"/>.</summary>
    public string? Registry { get; set; }

    /// <summary>How the registration is kept.</summary>
    public RegistrationOptions Lease { get; set; } = new();

    /// <summary>How this program takes leave.</summary>
    public DrainOptions Drain { get; set; } = new();
}

/// <summary>How a program takes leave: it says so, serves on while the word spreads, ends what it has begun, and leaves.</summary>
public sealed record DrainOptions
{
    /// <summary>How long to serve on after the registry was told, until all clients know.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan PropagationTime { get; init => field = Checked(value, nameof(PropagationTime)); } = TimeSpan.FromSeconds(5);

    /// <summary>Longest to wait after that for requests under way.</summary>
    /// <value>The default is 15 s.</value>
    public TimeSpan InFlightTimeout { get; init => field = Checked(value, nameof(InFlightTimeout)); } = TimeSpan.FromSeconds(15);

    private static TimeSpan Checked(TimeSpan value, string name) => value >= TimeSpan.Zero && value <= TimeSpan.FromHours(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be zero to an hour.");
}
