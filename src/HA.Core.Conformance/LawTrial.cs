using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Conformance;

/// <summary>One law before the registry: names of its own, a clock, and waits for conditions instead of sleeps.</summary>
internal sealed class LawTrial(
    int law, IServiceRegistry registry, ServiceEnvironment environment, TimeSpan timeToLive, TimeSpan patience,
    TimeSpan pollInterval)
{
    // Long enough that nothing expires while a law looks at something else.
    private static readonly TimeSpan LongLife = TimeSpan.FromMinutes(2);

    internal IServiceRegistry Registry => registry;

    internal ServiceEnvironment Environment => environment;

    /// <summary>A service that no other law and no other run uses.</summary>
    internal string Service { get; } = $"law{law}-{environment.NewId()[..16]}";

    /// <summary>The shortest time to live that is to be tried.</summary>
    internal TimeSpan ShortLife { get; } =
        timeToLive > registry.Capabilities.MinTimeToLive ? timeToLive : registry.Capabilities.MinTimeToLive;

    internal TimeSpan Patience => patience;

    internal TimeSpan RemovalLatency => registry.Capabilities.RemovalLatency;

    /// <summary>Time since some moment, for differences.</summary>
    internal TimeSpan Now => environment.Time.GetElapsedTime(0);

    internal ServiceInstance Instance(string id, int port = 8080) => new(Service, id, "10.0.0.5", port);

    internal Task<ServiceRegistration> RegisterAsync(string id, string owner = "owner-a", int port = 8080, bool takeOver = true) =>
        RegisterAsync(Instance(id, port), owner, takeOver);

    internal Task<ServiceRegistration> RegisterAsync(ServiceInstance instance, string owner = "owner-a", bool takeOver = true) =>
        RegisterAsync(instance, new RegistrationTerms(owner, LongLife, takeOver));

    internal Task<ServiceRegistration> RegisterForShortAsync(string id, string owner = "owner-a", bool takeOver = true) =>
        RegisterAsync(Instance(id), new RegistrationTerms(owner, ShortLife, takeOver));

    internal Task<ServiceRegistration> RegisterAsync(ServiceInstance instance, RegistrationTerms terms) =>
        registry.RegisterAsync(instance, terms, CancellationToken.None).AsTask();

    internal Task<RenewalResult> RenewAsync(ServiceRegistration registration) =>
        registry.RenewAsync(registration, CancellationToken.None).AsTask();

    internal Task DeregisterAsync(ServiceRegistration registration) =>
        registry.DeregisterAsync(registration, CancellationToken.None).AsTask();

    internal Task<ServiceCatalog> DiscoverAsync() => registry.DiscoverAsync(Service, CancellationToken.None).AsTask();

    internal async Task<ServiceInstance?> FindAsync(string id) =>
        (await DiscoverAsync().ConfigureAwait(false)).Instances.FirstOrDefault(i => i.Id == id);

    internal CatalogReader Watch(bool isCancelled = false) => new(this, registry.WatchAsync, isCancelled);

    internal ValueTask DelayAsync(TimeSpan delay) => environment.Time.DelayAsync(delay, CancellationToken.None);

    /// <summary>Renews at a third of the time to live until <paramref name="end"/>, on <see cref="Now"/>'s clock.</summary>
    internal async Task RenewUntilAsync(ServiceRegistration registration, TimeSpan end)
    {
        var renewedAt = Now;
        while (Now < end)
        {
            await DelayAsync(registration.TimeToLive / 3).ConfigureAwait(false);
            var asked = Now;
            var result = await RenewAsync(registration).ConfigureAwait(false);
            // A busy machine may make this side late; that is not the registry's fault, and proves nothing.
            if (result == RenewalResult.Lost && Now - renewedAt >= registration.TimeToLive)
                registration = await RegisterForShortAsync(registration.Instance.Id, registration.Owner).ConfigureAwait(false);
            else
                Require(result == RenewalResult.Renewed, $"renewing '{registration.Instance.Id}' in time answered {result}");
            renewedAt = asked;
        }
    }

    /// <summary>Waits until a condition holds; false if it does not in time.</summary>
    internal async Task<bool> HoldsWithinAsync(TimeSpan limit, Func<Task<bool>> condition)
    {
        var end = Now + limit;
        while (!await condition().ConfigureAwait(false))
        {
            if (Now > end) return false;
            await DelayAsync(pollInterval).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Waits for a task, and answers whether it ended in time, well or not.</summary>
    internal async Task<bool> EndsWithinAsync(Task task, TimeSpan within)
    {
        if (task.IsCompleted) return true;
        using var stop = new CancellationTokenSource();
        var delay = environment.Time.DelayAsync(within, stop.Token).AsTask();
        await Task.WhenAny(task, delay).ConfigureAwait(false);
        stop.Cancel();
        return task.IsCompleted;
    }

    /// <summary>Waits until an entry is gone, as it must be when nobody renews it.</summary>
    internal async Task WaitUntilExpiredAsync(ServiceRegistration registration)
    {
        var id = registration.Instance.Id;
        var limit = registration.TimeToLive + RemovalLatency + Patience;
        var isGone = await HoldsWithinAsync(limit, async () => await FindAsync(id).ConfigureAwait(false) is null).ConfigureAwait(false);
        Require(isGone, $"'{id}' was not renewed and is still there after {limit}");
    }

    /// <summary>Runs flows at once and waits for all.</summary>
    internal async Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> body)
    {
        var results = new T[count];
        var errors = new Exception?[count];
        var loops = Enumerable.Range(0, count).Select(i => environment.Spawn($"flow {i}", async _ =>
        {
            try
            {
                results[i] = await body(i).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                errors[i] = e;
            }
        })).ToArray();
        foreach (var loop in loops) await loop.Completion.ConfigureAwait(false);
        var first = Array.Find(errors, static e => e is not null);
        return first is null ? results : throw Failure($"{first.GetType().Name} under concurrent use: {first.Message}", first);
    }

    internal void Require(bool holds, string otherwise)
    {
        if (!holds) throw Failure(otherwise);
    }

    internal ConformanceException Failure(string observed, Exception? inner = null) => Failure(law, observed, inner);

    /// <summary>The failure of another law than the one that is looked at.</summary>
    internal static ConformanceException Failure(int law, string observed, Exception? inner = null) =>
        new(law, RegistryLaws.Sentence(law), observed, inner);
}
