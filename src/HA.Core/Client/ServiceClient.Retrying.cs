using HA.Core.Calls;
using HA.Core.Time;

namespace HA.Core.Client;

// Whether a call is made again, and when.
public sealed partial class ServiceClient<TRequest, TResponse>
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    // The safety rule first: what may have been done is done again only if that does no harm.
    private bool MayRetry(
        in CallPlan plan, in AttemptResult<TResponse> last, int attempt, long now, TimeSpan left, CallFailure failure,
        out TimeSpan pause)
    {
        pause = TimeSpan.Zero;
        if (last.Status == AttemptStatus.Cancelled) return false;
        if (last.Status != AttemptStatus.NotSent && !plan.IsIdempotent)
        {
            failure.Reason = "It is not known to be idempotent and may have been done, so it was not sent again.";
            return false;
        }

        var areAllTried = _pool.Snapshot.AreAll(failure.Tried);
        // What never left has cost the service nothing, so neither the limit nor the budget nor a caller's word stands in the
        // way while somebody is left who was not tried: each endpoint is found dead at most once.
        if (last.Status == AttemptStatus.NotSent && !failure.IsRepeated && !areAllTried)
            return IsInTime(ref pause, now, left, failure, areAllTried);
        if (plan.MustNotRetry)
        {
            failure.Reason = "One of its callers repeats the whole, so it was not sent again.";
            return false;
        }

        if (attempt + 1 >= _options.MaxAttempts) return false;
        if (last.Status == AttemptStatus.Answered) Obey(last.Response!, now, failure);
        if (!IsInTime(ref pause, now, left, failure, areAllTried)) return false;
        if (last.Status != AttemptStatus.NotSent && !_budget.TryWithdraw())
        {
            _environment.Listener.OnRetryRefused(_pool.Service);
            failure.Reason = "The retry budget is spent.";
            return false;
        }

        if (areAllTried) pause = Longer(pause, BackOff(attempt, left));
        return true;
    }

    private void Obey(TResponse response, long now, CallFailure failure)
    {
        if (_classifier.RetryAfter(response, _time.GetUtcNow()) is not { } wish) return;
        failure.Hold(now + _time.ToTimestampTicks(wish.Wait), wish.IsForAll || !_options.RetryAfterElsewhere);
    }

    // Answers whether those who asked to be left alone may be asked again before the deadline, and how long that takes.
    private bool IsInTime(ref TimeSpan pause, long now, TimeSpan left, CallFailure failure, bool areAllTried)
    {
        var heldUntil = areAllTried ? failure.TriedHeldUntil : failure.ServiceHeldUntil;
        if (heldUntil <= now) return true;
        pause = _time.GetElapsedTime(now, heldUntil);
        if (pause < left) return true;
        failure.Reason = FormattableString.Invariant(
            $"It asked to be left alone for {pause.TotalSeconds:0.###} s, which is longer than the call may still take.");
        return false;
    }

    private TimeSpan BackOff(int attempt, TimeSpan left)
    {
        var ceiling = _options.RetryBackoff * (1L << Math.Min(attempt, 20));
        return _random.NextTime(ceiling < left ? ceiling : left);
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private async ValueTask PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await _time.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The call's own check of the token says it by value.
        }
    }
}
