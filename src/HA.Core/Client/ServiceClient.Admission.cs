using HA.Core.Calls;

namespace HA.Core.Client;

// What stands before a call: both are off unless asked for, and then cost nothing.
public sealed partial class ServiceClient<TRequest, TResponse>
{
    private async ValueTask<CallResult<TResponse>> RunAdmittedAsync(
        TRequest request, CallPlan plan, CancellationToken cancellationToken)
    {
        if (_throttle?.TryAdmit(plan.StartedAt) == false)
            return Refuse(plan, "The service takes hardly any calls, so only some are sent.");
        try
        {
            var result = await RunInBulkheadAsync(request, plan, cancellationToken).ConfigureAwait(false);
            if (result.IsSuccess) _throttle?.Succeeded(_time.GetTimestamp());
            else if (result.Status is CallStatus.Cancelled or CallStatus.Refused) _throttle?.Forget();
            return result;
        }
        catch
        {
            _throttle?.Forget();
            throw;
        }
    }

    private async ValueTask<CallResult<TResponse>> RunInBulkheadAsync(
        TRequest request, CallPlan plan, CancellationToken cancellationToken)
    {
        if (_bulkhead is null) return await StartAsync(request, plan, plan.StartedAt, cancellationToken).ConfigureAwait(false);
        if (!_bulkhead.TryEnter() && !await _bulkhead.EnterAsync(Left(plan, plan.StartedAt), cancellationToken).ConfigureAwait(false))
        {
            if (cancellationToken.IsCancellationRequested) return End(plan, CallStatus.Cancelled, 0, null);
            return Left(plan, _time.GetTimestamp()) <= OneMillisecond
                ? End(plan, CallStatus.DeadlineExceeded, 0, null)
                : Refuse(plan, $"This process makes {_bulkhead.Inside} calls to it at once, which is as many as it may.");
        }

        try
        {
            return await StartAsync(request, plan, _time.GetTimestamp(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bulkhead.Leave();
        }
    }

    private CallResult<TResponse> Refuse(in CallPlan plan, string reason) =>
        End(plan, CallStatus.Refused, 0, new CallFailure(_pool.Service) { Reason = reason });
}
