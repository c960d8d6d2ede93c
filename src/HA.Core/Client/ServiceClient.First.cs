using System.Runtime.CompilerServices;
using HA.Core.Calls;
using HA.Core.Endpoints;

namespace HA.Core.Client;

// The first attempt, which nearly always is the only one: as far as nobody has to wait, it is made without a state machine.
public sealed partial class ServiceClient<TRequest, TResponse>
{
    /// <summary>Makes a call if nobody has to wait for it. For a face that has a state machine of its own.</summary>
    /// <returns>
    /// True if the call has ended. Else wait for the attempt, if one is under way, and try to conclude it; if there is none,
    /// or it was not the end, go on.
    /// </returns>
    internal bool TryFinish(
        TRequest request, in CallSettings settings, CancellationToken cancellationToken,
        out FirstAttempt first, out CallResult<TResponse> end)
    {
        var plan = new CallPlan(settings, _options, _time.GetTimestamp());
        if (_throttle is null && _bulkhead is null && _hedging is null && _pool.HasCatalog)
        {
            _budget.Deposit();
            return TryRun(request, plan, plan.StartedAt, cancellationToken, out first, out end);
        }

        first = new FirstAttempt { Plan = plan };
        end = default;
        return false;
    }

    /// <summary>The attempt is over: learns from it, and answers whether that is the end of the call.</summary>
    internal bool TryConclude(ref FirstAttempt first, in AttemptResult<TResponse> result, out CallResult<TResponse> end)
    {
        first.IsUnderWay = false;
        return Conclude(first.Plan, first.SentAt, 0, AttemptKind.Initial, first.Lease, result, ref first.Failure, out end, out first.Pause);
    }

    /// <summary>Whatever else the call needs.</summary>
    internal ValueTask<CallResult<TResponse>> GoOnAsync(
        TRequest request, in FirstAttempt first, CancellationToken cancellationToken)
    {
        var plan = first.Plan;
        if (first.Failure is not null) return RunFromAsync(1, request, plan, first.Failure, first.Pause, cancellationToken);
        return _throttle is null && _bulkhead is null
            ? StartAsync(request, plan, plan.StartedAt, cancellationToken)
            : RunAdmittedAsync(request, plan, cancellationToken);
    }

    private bool TryRun(
        TRequest request, in CallPlan plan, long sentAt, CancellationToken cancellationToken,
        out FirstAttempt first, out CallResult<TResponse> end)
    {
        first = default;
        if (TryBegin(plan, sentAt, 0, null, cancellationToken, out var lease) is { } refusal)
        {
            end = End(plan, refusal, 0, null);
            return true;
        }

        ValueTask<AttemptResult<TResponse>> sending;
        try
        {
            sending = _transport.SendAsync(lease.Endpoint, request, ContextOf(plan, sentAt, 0, AttemptKind.Initial, cancellationToken));
        }
        catch
        {
            Abandon(lease, sentAt);
            throw;
        }

        if (!sending.IsCompletedSuccessfully)
        {
            (first.Plan, first.SentAt, first.Lease, first.Sending, first.IsUnderWay) = (plan, sentAt, lease, sending, true);
            end = default;
            return false;
        }

#pragma warning disable VSTHRD002 // It has ended, so nobody waits here.
        var result = sending.Result;
#pragma warning restore VSTHRD002
        if (Conclude(plan, sentAt, 0, AttemptKind.Initial, lease, result, ref first.Failure, out end, out first.Pause)) return true;
        first.Plan = plan;
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallResult<TResponse>> FinishAsync(
        TRequest request, FirstAttempt first, CancellationToken cancellationToken)
    {
        AttemptResult<TResponse> result;
        try
        {
            result = await first.Sending.ConfigureAwait(false);
        }
        catch
        {
            first.Abandon();
            throw;
        }

        if (TryConclude(ref first, result, out var end)) return end;
        return await GoOnAsync(request, first, cancellationToken).ConfigureAwait(false);
    }

    // A transport must not throw. If one does, that is the caller's to know, and the load still ends.
    private static void Abandon(in EndpointLease lease, long sentAt) =>
        lease.Complete(new CallOutcome(OutcomeKind.Ignored, TimeSpan.Zero, sentAt));

    /// <summary>A call as far as it has come without waiting.</summary>
    internal struct FirstAttempt
    {
        internal CallPlan Plan;
        internal long SentAt;
        internal EndpointLease Lease;
        internal CallFailure? Failure;
        internal TimeSpan Pause;

        /// <summary>To be awaited once, if it is under way.</summary>
        internal ValueTask<AttemptResult<TResponse>> Sending;

        /// <summary>Whether there is something to wait for.</summary>
        internal bool IsUnderWay;

        /// <summary>The transport broke its law and threw.</summary>
        internal readonly void Abandon() => ServiceClient<TRequest, TResponse>.Abandon(Lease, SentAt);
    }
}
