using System.Runtime.ExceptionServices;
using HA.Core.Calls;
using HA.Core.Endpoints;

namespace HA.Core.Client;

// Two attempts at once, if the first takes longer than most.
public sealed partial class ServiceClient<TRequest, TResponse>
{
    // An attempt lost its race: whatever it comes to is nobody's answer, and no fault of its endpoint.
    private void SettleLoser(Leg leg)
    {
        var now = _time.GetTimestamp();
        var latency = _time.GetElapsedTime(leg.SentAt, now);
        var kind = OutcomeKind.Ignored;
        try
        {
            if (leg.Error is null && leg.Result.Status == AttemptStatus.Answered && Judge(leg.Result) == OutcomeKind.Success)
                kind = OutcomeKind.Success;
        }
        catch (Exception)
        {
            // A classifier that throws has told nothing about the endpoint.
        }

        if (leg.IsFirst) _hedging!.Observe(latency, now);
        var lease = leg.Lease;
        lease.Release();
        Record(lease, new CallOutcome(kind, latency, now) { Attempt = leg.Kind });
        (leg.Result.Response as IDisposable)?.Dispose();
    }

    /// <summary>One attempt of a race.</summary>
    private sealed class Leg(EndpointLease lease, long sentAt, AttemptKind kind, CancellationToken callerToken)
    {
        private const int Running = 0;
        private const int Finished = 1;
        private const int Abandoned = 2;

        private int _state = Running;

        internal EndpointLease Lease => lease;

        internal long SentAt => sentAt;

        internal AttemptKind Kind => kind;

        internal bool IsFirst => kind != AttemptKind.Hedge;

        internal CancellationTokenSource Stop { get; } = CancellationTokenSource.CreateLinkedTokenSource(callerToken);

        internal AttemptResult<TResponse> Result { get; set; }

        internal Exception? Error { get; set; }

        internal bool IsFinished => Volatile.Read(ref _state) == Finished;

        /// <summary>The attempt is over. False if nobody waits for it any more.</summary>
        internal bool TryFinish() => Interlocked.CompareExchange(ref _state, Finished, Running) == Running;

        /// <summary>Nobody waits for it any more. False if it was over already.</summary>
        internal bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Running) == Running;
    }

    /// <summary>
    /// An attempt and, if that takes longer than most and the budgets allow it, a second one on another endpoint. The first
    /// good answer wins; the other attempt is cancelled.
    /// </summary>
    private sealed class HedgeRace(
        ServiceClient<TRequest, TResponse> client, TRequest request, CallPlan plan, CallFailure? failure, CancellationToken callerToken)
    {
        private readonly Bell _bell = new();
        private CallFailure? _failure = failure;

        /// <summary>Number of the last attempt that was begun.</summary>
        internal int LastAttempt { get; private set; }

        /// <summary>What failed so far, attempts of this race that were not the last included.</summary>
        internal CallFailure? Failure => _failure;

        internal async ValueTask<Leg> RunAsync(EndpointLease lease, long sentAt, int attempt)
        {
            LastAttempt = attempt;
            var running = Start(lease, sentAt, KindOf(attempt));
            Leg? other = null;
            var delay = client._hedging!.Delay;
            var isOpen = !running.IsFinished && delay is not null && attempt + 1 < client._options.MaxAttempts;
            using var timer = isOpen ? StartTimer(delay!.Value) : null;
            while (true)
            {
                if (running.IsFinished || other is { IsFinished: true })
                {
                    var ended = running.IsFinished ? running : other!;
                    var rest = ended == running ? other : running;
                    if (rest is null || IsEnd(ended)) return Take(ended, rest);
                    // One of two failed; the other may still do it.
                    Fail(ended);
                    (running, other, isOpen) = (rest, null, false);
                    continue;
                }

                if (isOpen)
                {
                    var rest = delay!.Value - client._time.GetElapsedTime(sentAt);
                    if (rest <= TimeSpan.Zero)
                    {
                        isOpen = false;
                        other = TryHedge(running);
                        continue;
                    }

                    // The machine's timers may fire a little early.
                    timer!.Change(Longer(rest, OneMillisecond), Timeout.InfiniteTimeSpan);
                }

                await _bell.WaitAsync().ConfigureAwait(false);
            }
        }

        private ITimer StartTimer(TimeSpan delay) =>
            client._time.CreateTimer(static s => ((Bell)s!).Ring(), _bell, delay, Timeout.InfiniteTimeSpan);

        private Leg Start(EndpointLease lease, long sentAt, AttemptKind kind)
        {
            var leg = new Leg(lease, sentAt, kind, callerToken);
            _ = RunLegAsync(leg, client.ContextOf(plan, sentAt, LastAttempt, kind, leg.Stop.Token));
            return leg;
        }

        private async Task RunLegAsync(Leg leg, AttemptContext context)
        {
            try
            {
                leg.Result = await client._transport.SendAsync(leg.Lease.Endpoint, request, context).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // A transport must not throw. If one does, that is the caller's to know.
                leg.Error = e;
            }

            if (leg.TryFinish()) _bell.Ring();
            else client.SettleLoser(leg);
        }

        private Leg? TryHedge(Leg running)
        {
            var now = client._time.GetTimestamp();
            if (callerToken.IsCancellationRequested || client.Left(plan, now) <= TimeSpan.Zero) return null;
            Endpoint[] busy = _failure is null ? [running.Lease.Endpoint] : [.. _failure.Tried, running.Lease.Endpoint];
            // Asking the same instance twice would only make it slower.
            if (client._pool.Snapshot.AreAll(busy) || !client._hedging!.TryWithdraw(client._budget)) return null;
            if (client.TryAcquire(plan, now, LastAttempt + 1, busy, out var lease) is not null) return null;
            if (busy.AsSpan().Contains(lease.Endpoint))
            {
                lease.Complete(new CallOutcome(OutcomeKind.Ignored, TimeSpan.Zero, now));
                return null;
            }

            LastAttempt++;
            return Start(lease, now, AttemptKind.Hedge);
        }

        // A good answer, or nothing that the other attempt could make good.
        private bool IsEnd(Leg leg)
        {
            if (leg.Error is not null || leg.Result.Status == AttemptStatus.Cancelled) return true;
            try
            {
                return client.Judge(leg.Result) == OutcomeKind.Success;
            }
            catch (Exception)
            {
                // It throws again when the call is concluded; by then the other attempt is taken care of.
                return true;
            }
        }

        private void Fail(Leg leg)
        {
            client.Learn(leg.Lease, leg.SentAt, client._time.GetTimestamp(), leg.Kind, leg.Result, ref _failure);
            leg.Lease.Release();
            (leg.Result.Response as IDisposable)?.Dispose();
            leg.Stop.Dispose();
        }

        private Leg Take(Leg winner, Leg? loser)
        {
            winner.Stop.Dispose();
            if (loser is not null)
            {
                if (loser.TryAbandon()) loser.Stop.Cancel();
                else client.SettleLoser(loser);
                loser.Stop.Dispose();
            }

            if (winner.Error is null)
            {
                var now = client._time.GetTimestamp();
                if (winner.IsFirst && winner.Result.Status == AttemptStatus.Answered)
                    client._hedging!.Observe(client._time.GetElapsedTime(winner.SentAt, now), now);
                return winner;
            }

            winner.Lease.Complete(new CallOutcome(OutcomeKind.Ignored, TimeSpan.Zero, winner.SentAt));
            ExceptionDispatchInfo.Throw(winner.Error);
            return winner;
        }
    }
}
