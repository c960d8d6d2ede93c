namespace HA.Core;

/// <summary>Proof that an owner holds an entry in a registry. Needed to renew and to deregister it.</summary>
/// <param name="Instance">What is registered, with the registry's own <see cref="ServiceInstance.RegisteredAt"/>.</param>
/// <param name="Owner">Who registered: unique for each running process and instance.</param>
/// <param name="TimeToLive">How long the entry lives after the last renewal; the registry may have raised what was asked.</param>
/// <param name="Lease">The registry's own handle (a lease id, a token). Opaque; empty if it was never told.</param>
public sealed record ServiceRegistration(ServiceInstance Instance, string Owner, TimeSpan TimeToLive, string Lease);
