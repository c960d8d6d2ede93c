using System.Runtime.CompilerServices;
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
    public ValueTask<CallResult<TResponse>> SendAsync(
        TRequest request, CallSettings settings, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        return _pool.HasCatalog
            ? RunAsync(request, settings, startedAt, startedAt, cancellationToken)
            : RunWithCatalogAsync(request, settings, startedAt, cancellationToken);
    }

    private async ValueTask<CallResult<TResponse>> RunWithCatalogAsync(
        TRequest request, CallSettings settings, long startedAt, CancellationToken cancellationToken)
    {
        using var limit = new Deadline(_time, settings.Deadline ?? _options.Deadline, cancellationToken);
        try
        {
            await _pool.WaitForCatalogAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The call's own checks of token and deadline say it by value.
        }

        return await RunAsync(request, settings, startedAt, _time.GetTimestamp(), cancellationToken).ConfigureAwait(false);
    }

    // Whatever is not needed across an await is done in methods that do not wait: what this one remembers is allocated
    // for every call that has to.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallResult<TResponse>> RunAsync(
        TRequest request, CallSettings settings, long startedAt, long sentAt, CancellationToken cancellationToken)
    {
        _budget.Deposit();
        CallFailure? failure = null;
        for (var attempt = 0; ; attempt++)
        {
            if (attempt > 0) sentAt = _time.GetTimestamp();
            var left = Left(settings, startedAt, sentAt);
            if (TryBegin(settings, left, sentAt, attempt, failure, cancellationToken, out var lease) is { } refusal)
                return End(refusal, attempt, failure);

            var limit = left < _options.AttemptTimeout ? left : _options.AttemptTimeout;
            AttemptResult<TResponse> result;
            try
            {
                result = await _transport.SendAsync(lease.Endpoint, request, new AttemptContext(attempt, limit, cancellationToken))
                    .ConfigureAwait(false);
            }
            catch
            {
                // A transport must not throw. If one does, that is the caller's to know, and the load still ends.
                lease.Complete(new CallOutcome(OutcomeKind.Ignored, TimeSpan.Zero, sentAt));
                throw;
            }

            if (Conclude(settings, startedAt, sentAt, attempt, lease, result, ref failure) is { } end) return end;
            if (_pool.Snapshot.AreAll(failure!.Tried))
                await BackOffAsync(attempt, Left(settings, startedAt, _time.GetTimestamp()), cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Left(in CallSettings settings, long startedAt, long now) =>
        (settings.Deadline ?? _options.Deadline) - _time.GetElapsedTime(startedAt, now);

    /// <summary>Chooses an endpoint, or says why there is no further attempt.</summary>
    private CallStatus? TryBegin(
        in CallSettings settings, TimeSpan left, long now, int attempt, CallFailure? failure, CancellationToken cancellationToken,
        out EndpointLease lease)
    {
        lease = default;
        if (cancellationToken.IsCancellationRequested) return CallStatus.Cancelled;
        if (left <= TimeSpan.Zero) return CallStatus.DeadlineExceeded;
        var tried = failure is null ? default : failure.Tried;
        return _pool.TryAcquire(new PickContext(attempt, settings.HashKey, now), tried, out lease) ? null : CallStatus.NoEndpoint;
    }

    /// <summary>Learns from an attempt and ends the call, or answers null if it is to be made again.</summary>
    private CallResult<TResponse>? Conclude(
        in CallSettings settings, long startedAt, long sentAt, int attempt, in EndpointLease lease,
        in AttemptResult<TResponse> result, ref CallFailure? failure)
    {
        var endedAt = _time.GetTimestamp();
        var latency = _time.GetElapsedTime(sentAt, endedAt);
        OutcomeKind kind;
        var detail = "";
        try
        {
            kind = Judge(result);
            if (kind != OutcomeKind.Success) detail = DetailOf(result);
        }
        catch
        {
            // Nor must a classifier throw.
            (result.Response as IDisposable)?.Dispose();
            lease.Complete(new CallOutcome(OutcomeKind.Ignored, latency, endedAt));
            throw;
        }

        var outcome = new CallOutcome(kind, latency, endedAt);
        lease.Record(outcome);
        _environment.Listener.OnAttemptCompleted(lease.Endpoint.Instance, outcome);
        if (kind == OutcomeKind.Success)
        {
            ReleaseWith(result.Response!, lease);
            return new CallResult<TResponse>(CallStatus.Succeeded, result.Response, attempt + 1, failure);
        }

        failure ??= new CallFailure(_pool.Service);
        failure.Add(lease.Endpoint, new AttemptRecord(lease.Endpoint.Instance, result.Status, latency, detail), result.Error);
        if (MayRetry(settings, result.Status, attempt, failure))
        {
            lease.Release();
            (result.Response as IDisposable)?.Dispose();
            return null;
        }

        if (result.Status != AttemptStatus.Answered)
        {
            lease.Release();
            var isLast = Left(settings, startedAt, sentAt) <= _options.AttemptTimeout;
            return End(ToCallStatus(result.Status, isLast), attempt + 1, failure);
        }

        ReleaseWith(result.Response!, lease);
        failure.Knowledge = _pool.Describe();
        return new CallResult<TResponse>(CallStatus.Rejected, result.Response, attempt + 1, failure);
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
            // The call's own check of the token says it by value.
        }
    }
}
