namespace HA.Core.Balancing;

/// <summary>The policies that a wrapper has made, and so has to end.</summary>
internal static class InnerPolicies
{
    internal static async ValueTask DisposeAsync(IEnumerable<ILoadBalancer> policies)
    {
        foreach (var policy in policies)
        {
            if (policy is IAsyncDisposable owned) await owned.DisposeAsync().ConfigureAwait(false);
        }
    }
}
