using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Health;

namespace HA.Core.Simulation.Scenarios;

/// <summary>Where the simulated network begins.</summary>
public enum CallSeam
{
    /// <summary>At <see cref="ITransport{TRequest,TResponse}"/>: millions of calls.</summary>
    Transport,

    /// <summary>At <see cref="HttpMessageHandler"/>: <see cref="HttpClient"/> and the failover handler run too.</summary>
    Http,
}

/// <summary>The processes that make the calls. Every option is the shipped client's own.</summary>
public sealed record ClientModel
{
    /// <summary>How many; they share the traffic equally and know nothing of each other.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Balancing policy by name.</summary>
    public string Balancer { get; init; } = LoadBalancers.Default;

    /// <summary>For how long some policies remember how slow or how bad an instance was.</summary>
    internal static TimeSpan TimeToForget { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether that policy remembers for <see cref="TimeToForget"/> how slow or how bad an instance was.</summary>
    internal bool RemembersThePast => Policy is "peak-ewma" or "ewma" or "failure-aware" or "shared-load";

    /// <summary>Points of an instance on the ring of the policy <c>ring-hash</c>; null for as many as are usual.</summary>
    public int? RingPoints { get; init; }

    /// <summary>A policy out of a textbook in place of <see cref="Balancer"/>; null for the shipped one.</summary>
    public TextbookPolicy? Textbook { get; init; }

    /// <summary>How instances are asked for their load, for the probing policy in place of <see cref="Balancer"/>; null for none.</summary>
    public ProbingOptions? Probing { get; init; }

    /// <summary>What chooses instances, by name: <see cref="Balancer"/>, or what takes its place.</summary>
    public string Policy => Probing is not null ? "probing" : Textbook is not null ? "textbook" : Balancer;

    /// <summary>The same, choosing by a shipped policy, whatever stood in its place.</summary>
    /// <param name="name">The policy's name.</param>
    public ClientModel WithBalancer(string name) => this with { Balancer = name, RingPoints = null, Textbook = null, Probing = null };

    /// <summary>Where the simulated network begins.</summary>
    public CallSeam Seam { get; init; } = CallSeam.Transport;

    /// <summary>How calls are made.</summary>
    public CallOptions Calls { get; init; } = new();

    /// <summary>How health is judged. Its checker is replaced by the simulation's own if <see cref="ActiveChecks"/> is on.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <summary>Whether instances are asked for their health from time to time.</summary>
    public bool ActiveChecks { get; init; } = true;
}
