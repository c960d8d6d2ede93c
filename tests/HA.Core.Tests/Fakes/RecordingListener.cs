using System.Collections.Concurrent;

namespace HA.Core.Tests.Fakes;

internal sealed class RecordingListener : ServiceEventListener
{
    public ConcurrentQueue<(string Id, EndpointHealth From, EndpointHealth To, string Reason)> Health { get; } = new();

    public ConcurrentQueue<bool> Panic { get; } = new();

    public ConcurrentQueue<(string Id, OutcomeKind Kind)> Attempts { get; } = new();

    public ConcurrentQueue<Exception> LoopErrors { get; } = new();

    public ConcurrentQueue<int> Held { get; } = new();

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason) =>
        Health.Enqueue((instance.Id, from, to, reason));

    public override void OnPanicChanged(string service, bool isPanic) => Panic.Enqueue(isPanic);

    public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome) =>
        Attempts.Enqueue((instance.Id, outcome.Kind));

    public override void OnRemovalHeld(string service, int removed, TimeSpan holdTime) => Held.Enqueue(removed);

    public override void OnLoopEnded(SpawnedLoop loop, Exception? error)
    {
        if (error is not null) LoopErrors.Enqueue(error);
    }
}
