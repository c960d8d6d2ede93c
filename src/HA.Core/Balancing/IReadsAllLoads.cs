namespace HA.Core.Balancing;

/// <summary>
/// Marks a policy that looks at the load of every endpoint at every pick: its pool counts calls in flight side by side.
/// </summary>
internal interface IReadsAllLoads : ILoadBalancer;
