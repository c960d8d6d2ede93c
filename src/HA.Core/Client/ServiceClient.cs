using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Client;

/// <summary>
/// Calls a service: deadline, retry budget, pick, attempt timeout, send, classify, complete; in this order, which is the
/// only right one, so it is not configurable.
/// </summary>
/// <remarks>
/// A failed attempt is made again on another instance, at once, if that is safe: the call is idempotent, or the attempt
/// provably never left. Outcomes travel by value; a call that succeeds at the first attempt allocates nothing here.
/// Safe for concurrent use.
/// </remarks>
/// <typeparam name="TRequest">What is sent.</typeparam>
/// <typeparam name="TResponse">What an endpoint answers.</typeparam>
public sealed class ServiceClient<TRequest, TResponse>
{
    private readonly ServicePool _pool;
    private readonly ITransport<TRequest, TResponse> _transport;
    private readonly IOutcomeClassifier<TResponse> _classifier;
    private readonly IResponseLeasing<TResponse>? _leasing;
    private readonly ServiceEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly CallOptions _options;
    private readonly RetryBudget _budget;
    private readonly RandomStream _random;

    /// <summary>Creates a client of one service.</summary>
    /// <param name="pool">Who may be called. Not disposed here.</param>
    /// <param name="transport">How an attempt is sent.</param>
    /// <param name="classifier">What an answer means.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="options">The recommended ones when null.</param>
    public ServiceClient(
        ServicePool pool, ITransport<TRequest, TResponse> transport, IOutcomeClassifier<TResponse> classifier,
        ServiceEnvironment? environment = null, CallOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(classifier);
        _pool = pool;
        _transport = transport;
        _classifier = classifier;
        _leasing = transport as IResponseLeasing<TResponse>;
        _environment = environment ?? ServiceEnvironment.System;
        _time = _environment.Time;
        _options = options ?? new CallOptions();
        _budget = new RetryBudget(_options.RetryShare, _options.RetryReserve);
        _random = _environment.Random($"retry {pool.Service}");
    }

    /// <summary>Calls the service.</summary>
    /// <param name="request">Handed to the transport at each attempt.</param>
    /// <param name="settings">What is special about this call.</param>
    /// <param name="cancellationToken">Ends the call; its status is then <see cref="CallStatus.Cancelled"/>.</param>
    /// <returns>How it ended. Never throws for what the network or the service did.</returns>
    public async ValueTask<CallResult<TResponse>> SendAsync(
        TRequest request, CallSettings settings, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var deadline = settings.Deadline ?? _options.Deadline;
        var sentAt = startedAt;
        if (!_pool.HasCatalog)
        {
            await WaitForCatalogAsync(deadline, cancellationToken).ConfigureAwait(false);
            sentAt = _time.GetTimestamp();
        }

        _budget.Deposit();

        CallFailure? failure = null;
        for (var attempt = 0; ; attempt++)
        {
            if (cancellationToken.IsCancellationRequested) return End(CallStatus.Cancelled, attempt, failure);
            if (attempt > 0) sentAt = _time.GetTimestamp();
            var left = deadline - _time.GetElapsedTime(startedAt, sentAt);
            if (left <= TimeSpan.Zero) return End(CallStatus.DeadlineExceeded, attempt, failure);
            var tried = failure is null ? default : failure.Tried;
            if (!_pool.TryAcquire(new PickContext(attempt, settings.HashKey), tried, out var lease))
                return End(CallStatus.NoEndpoint, attempt, failure);

            var limit = left < _options.AttemptTimeout ? left : _options.AttemptTimeout;
            var context = new AttemptContext(attempt, limit, cancellationToken);
            AttemptResult<TResponse> result = default;
            OutcomeKind kind;
            string detail;
            try
            {
                result = await _transport.SendAsync(lease.Endpoint, request, context).ConfigureAwait(false);
                kind = Judge(result);
                detail = kind == OutcomeKind.Success ? "" : DetailOf(result);
            }
            catch
            {
                // Neither transport nor classifier may throw. If one does, that is the caller's to know, and the load
                // still ends.
                (result.Response as IDisposable)?.Dispose();
                lease.Complete(new CallOutcome(OutcomeKind.Ignored, TimeSpan.Zero, sentAt));
                throw;
            }

            var endedAt = _time.GetTimestamp();
            var outcome = new CallOutcome(kind, _time.GetElapsedTime(sentAt, endedAt), endedAt);
            lease.Record(outcome);
            _environment.Listener.OnAttemptCompleted(lease.Endpoint.Instance, outcome);
            if (outcome.Kind == OutcomeKind.Success)
            {
                ReleaseWith(result.Response!, lease);
                return new CallResult<TResponse>(CallStatus.Succeeded, result.Response, attempt + 1, failure);
            }

            failure ??= new CallFailure(_pool.Service);
            failure.Add(lease.Endpoint, new AttemptRecord(lease.Endpoint.Instance, result.Status, outcome.Latency, detail), result.Error);
            if (!MayRetry(settings, result.Status, attempt, failure))
            {
                if (result.Status != AttemptStatus.Answered)
                {
                    lease.Release();
                    return End(ToCallStatus(result.Status, isLast: limit == left), attempt + 1, failure);
                }

                ReleaseWith(result.Response!, lease);
                failure.Knowledge = _pool.Describe();
                return new CallResult<TResponse>(CallStatus.Rejected, result.Response, attempt + 1, failure);
            }

            lease.Release();
            (result.Response as IDisposable)?.Dispose();
            if (_pool.Snapshot.AreAll(failure.Tried))
                await BackOffAsync(attempt, deadline - _time.GetElapsedTime(startedAt), cancellationToken).ConfigureAwait(false);
        }
    }

    // An attempt that was given all the time that was left, and used it up, is the end of the call's own time.
    private static CallStatus ToCallStatus(AttemptStatus status, bool isLast) => status switch
    {
        AttemptStatus.Cancelled => CallStatus.Cancelled,
        AttemptStatus.TimedOut when isLast => CallStatus.DeadlineExceeded,
        _ => CallStatus.Failed,
    };

    private OutcomeKind Judge(in AttemptResult<TResponse> result) => result.Status switch
    {
        AttemptStatus.Answered => _classifier.Classify(result.Response!),
        AttemptStatus.Cancelled => OutcomeKind.Ignored,
        _ => OutcomeKind.Failure,
    };

    // The safety rule first: what may have been done is done again only if that does no harm.
    private bool MayRetry(in CallSettings settings, AttemptStatus last, int attempt, CallFailure failure)
    {
        if (last == AttemptStatus.Cancelled) return false;
        if (last != AttemptStatus.NotSent && !settings.IsIdempotent)
        {
            failure.Reason = "It is not known to be idempotent and may have been done, so it was not sent again.";
            return false;
        }

        // What never left has cost the service nothing, so neither the limit nor the budget stands in the way while somebody
        // is left who was not tried: each endpoint is found dead at most once.
        if (last == AttemptStatus.NotSent && !failure.IsRepeated && !_pool.Snapshot.AreAll(failure.Tried)) return true;
        if (attempt + 1 >= _options.MaxAttempts) return false;
        if (last == AttemptStatus.NotSent || _budget.TryWithdraw()) return true;
        failure.Reason = "The retry budget is spent.";
        return false;
    }

    private void ReleaseWith(TResponse response, in EndpointLease lease)
    {
        if (_leasing is null || !_leasing.TryHold(response, lease)) lease.Release();
    }

    private string DetailOf(in AttemptResult<TResponse> result) =>
        result.Error?.Message ?? (result.Status == AttemptStatus.Answered ? _classifier.Describe(result.Response!) : "");

    private CallResult<TResponse> End(CallStatus status, int attempts, CallFailure? failure)
    {
        failure ??= new CallFailure(_pool.Service);
        failure.Knowledge = _pool.Describe();
        return new CallResult<TResponse>(status, default, attempts, failure);
    }

    private async ValueTask WaitForCatalogAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var limit = new Deadline(_time, deadline, cancellationToken);
        try
        {
            await _pool.WaitForCatalogAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The call's own checks of token and deadline say it by value.
        }
    }

    private async ValueTask BackOffAsync(int attempt, TimeSpan left, CancellationToken cancellationToken)
    {
        var ceiling = _options.RetryBackoff * (1L << Math.Min(attempt, 20));
        var wait = _random.NextTime(ceiling < left ? ceiling : left);
        try
        {
            await _time.DelayAsync(wait, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }
}
