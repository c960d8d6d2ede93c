namespace HA.Core.Balancing;

/// <summary>Marks a policy that picks by loads alone: a pool of many endpoints counts calls in flight side by side for it.</summary>
internal interface IReadsLoads : ILoadBalancer;

/// <summary>Marks one that looks at the load of every endpoint at every pick: for it every pool does.</summary>
internal interface IReadsAllLoads : IReadsLoads;
