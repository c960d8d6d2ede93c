using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Http;
using HA.Core.Registry;

namespace HA.Core.Hosting;

/// <summary>How one service is found, watched and called. A new instance holds the recommended values.</summary>
public sealed class ServiceOptions
{
    private const int MaxWeight = 1_000_000;

    /// <summary>Name of the registry that knows the service; null for <see cref="HighAvailabilityOptions.Registry"/>. Cold.</summary>
    public string? Registry { get; set; }

    /// <summary>
    /// Name of the balancing policy: one of <see cref="LoadBalancers.Names"/>, or one that was added with
    /// <see cref="HighAvailabilityBuilder.AddBalancer(string, Func{IServiceProvider, RandomStream, ILoadBalancer})"/>. Hot: what is
    /// known of the endpoints stays.
    /// </summary>
    /// <value>The default is <c>failure-aware</c>.</value>
    public string Balancer { get; set; } = LoadBalancers.Default;

    /// <summary>
    /// Name of a failure detector that was added with
    /// <see cref="HighAvailabilityBuilder.AddDetector(string, Func{IServiceProvider, IFailureDetector})"/>; null for those that
    /// <see cref="Health"/> describes. Hot, as that.
    /// </summary>
    public string? Detector { get; set; }

    /// <summary>
    /// Name of the way in which endpoints are asked for their health: <c>http</c>, <c>tcp</c>, <c>grpc</c>, or one that was added
    /// with <see cref="HighAvailabilityBuilder.AddHealthChecker(string, Func{IServiceProvider, IHealthChecker})"/>; null to rely on calls
    /// and the registry. Hot, as <see cref="Health"/>.
    /// </summary>
    public string? Checker { get; set; }

    /// <summary>
    /// Folder in which catalogs are kept for a start while the registry is down; null for none. Hot: health begins anew.
    /// </summary>
    public string? CatalogFolder { get; set; }

    /// <summary>Weights of instances by their ids, in place of what the registry says: 0 to 1 000 000. Hot.</summary>
    public ImmutableSortedDictionary<string, int> Weights
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var (id, weight) in value)
            {
                if (weight is < 0 or > MaxWeight)
                    throw new ArgumentOutOfRangeException(nameof(Weights), weight, $"The weight of '{id}' must be 0 to {MaxWeight}.");
            }

            field = value.WithComparers(StringComparer.Ordinal);
        }
    } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>How calls are made. Hot: the next call goes by it, with a retry budget that begins anew.</summary>
    public CallOptions Call { get; set; } = new();

    /// <summary>What is special about HTTP. Hot, as <see cref="Call"/>.</summary>
    public FailoverOptions Http { get; set; } = new();

    /// <summary>
    /// How health is judged. Hot: endpoints keep their health and what is known of them; what is counted otherwise than before
    /// is counted from then on.
    /// </summary>
    public HealthOptions Health { get; set; } = new();

    /// <summary>How the registry is followed. Hot: health begins anew.</summary>
    public CatalogWatcherOptions Watch { get; set; } = new();

    internal ServiceOptions Copy() => (ServiceOptions)MemberwiseClone();

    /// <summary>Whether a pool made for the other ones does for these but for what can be changed in it.</summary>
    internal bool HasPoolOf(ServiceOptions other) =>
        Registry == other.Registry && CatalogFolder == other.CatalogFolder && Watch == other.Watch;

    internal bool HasHealthOf(ServiceOptions other) =>
        Health == other.Health && Detector == other.Detector && Checker == other.Checker;

    internal bool HasWeightsOf(ServiceOptions other) => Weights.SequenceEqual(other.Weights);

    internal bool HasCallsOf(ServiceOptions other) => Call == other.Call && Http == other.Http;
}
