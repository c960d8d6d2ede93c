using HA.Core.Registry;

namespace HA.Core.Drills;

/// <summary>Counts what a registry is asked, and how much of it on behalf of one request of a program.</summary>
internal sealed class CountingRegistry(IServiceRegistry registry) : ForwardingRegistry(registry)
{
    // Flows with the request, and with nothing that was started before.
    private static readonly AsyncLocal<bool> InRequest = new();
    private int _asked;
    private int _askedByRequests;

    internal int Asked => Volatile.Read(ref _asked);

    internal int AskedByRequests => Volatile.Read(ref _askedByRequests);

    /// <summary>Runs a request; whatever it asks of the registry is counted as its doing.</summary>
    internal static async Task RequestAsync(Func<Task> request)
    {
        InRequest.Value = true;
        await request();
    }

    protected override IServiceRegistry Next()
    {
        Interlocked.Increment(ref _asked);
        if (InRequest.Value) Interlocked.Increment(ref _askedByRequests);
        return base.Next();
    }
}
