namespace HA.Core.Bench.Registry;

/// <summary>The least that a client of a registry's server can do: the baseline.</summary>
internal interface IRawClient : IAsyncDisposable
{
    /// <summary>Writes an entry that ends by itself.</summary>
    Task WriteAsync(ServiceInstance instance);

    /// <summary>Prolongs it.</summary>
    Task RenewAsync(ServiceInstance instance);

    /// <summary>Listens to what the provider writes of a service; returns when nothing more is missed.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="onEvent">Called when the news has arrived and been read.</param>
    Task ListenAsync(string service, Action onEvent);
}
