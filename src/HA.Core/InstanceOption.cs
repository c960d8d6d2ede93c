namespace HA.Core;

/// <summary>Where a request of this library's carries the instance that it goes to.</summary>
internal static class InstanceOption
{
    internal static readonly HttpRequestOptionsKey<ServiceInstance> Key = new("HA.Core.Instance");
}
