namespace HA.Core.Balancing;

/// <summary>What an endpoint says of itself when it is asked how busy it is.</summary>
/// <param name="InFlight">Calls that it is working on.</param>
/// <param name="Latency">What calls lately took that met about as many.</param>
public readonly record struct LoadReport(int InFlight, TimeSpan Latency);

/// <summary>Asks an instance how busy it is.</summary>
/// <remarks>Must be safe for concurrent use. Whatever it throws counts as no answer.</remarks>
public interface ILoadProbe
{
    /// <summary>Asks; null if it does not tell.</summary>
    ValueTask<LoadReport?> ProbeAsync(ServiceInstance instance, CancellationToken cancellationToken);
}
