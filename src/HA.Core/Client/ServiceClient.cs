using System.Runtime.CompilerServices;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Client;

/// <summary>
/// Calls a service: admission, deadline, retry budget, pick, attempt timeout, send, classify, complete; in this order, which
/// is the only right one, so it is not configurable.
/// </summary>
/// <remarks>
/// A failed attempt is made again on another instance, at once, if that is safe: the call is idempotent, or the attempt
/// provably never left. Outcomes travel by value; a call that succeeds at the first attempt allocates nothing here.
/// Safe for concurrent use.
/// </remarks>
/// <typeparam name="TRequest">What is sent.</typeparam>
/// <typeparam name="TResponse">What an endpoint answers.</typeparam>
public sealed partial class ServiceClient<TRequest, TResponse>
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
    private readonly HedgePolicy? _hedging;
    private readonly ClientThrottle? _throttle;
    private readonly Bulkhead? _bulkhead;
    private readonly EndpointLimits? _limits;

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
        if (_options.Hedging is { } hedging) _hedging = new HedgePolicy(hedging, _time);
        if (_options.Throttle is { } throttle)
            _throttle = new ClientThrottle(throttle, _time, _environment.Random($"throttle {pool.Service}"));
        if (_options.Bulkhead is { } bulkhead) _bulkhead = new Bulkhead(bulkhead, _environment);
        if (_options.Concurrency is { } concurrency) _limits = new EndpointLimits(concurrency, _time);
    }

    /// <summary>Calls the service.</summary>
    /// <param name="request">Handed to the transport at each attempt.</param>
    /// <param name="settings">What is special about this call.</param>
    /// <param name="cancellationToken">Ends the call; its status is then <see cref="CallStatus.Cancelled"/>.</param>
    /// <returns>How it ended. Never throws for what the network or the service did.</returns>
    public ValueTask<CallResult<TResponse>> SendAsync(
        TRequest request, CallSettings settings, CancellationToken cancellationToken)
    {
        if (TryFinish(request, settings, cancellationToken, out var first, out var end)) return new(end);
        return first.IsUnderWay ? FinishAsync(request, first, cancellationToken) : GoOnAsync(request, first, cancellationToken);
    }

    private ValueTask<CallResult<TResponse>> StartAsync(
        TRequest request, in CallPlan plan, long now, CancellationToken cancellationToken) => _pool.HasCatalog
        ? RunAsync(request, plan, now, cancellationToken)
        : RunWithCatalogAsync(request, plan, cancellationToken);

    private async ValueTask<CallResult<TResponse>> RunWithCatalogAsync(
        TRequest request, CallPlan plan, CancellationToken cancellationToken)
    {
        using var limit = new Deadline(_time, Left(plan, _time.GetTimestamp()), cancellationToken);
        try
        {
            await _pool.WaitForCatalogAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The call's own checks of token and deadline say it by value.
        }

        return await RunAsync(request, plan, _time.GetTimestamp(), cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<CallResult<TResponse>> RunAsync(
        TRequest request, in CallPlan plan, long sentAt, CancellationToken cancellationToken)
    {
        _budget.Deposit();
        _hedging?.Deposit();
        if (_hedging is not null && plan.IsIdempotent) return RunFromAsync(0, request, plan, null, TimeSpan.Zero, cancellationToken);
        if (TryRun(request, plan, sentAt, cancellationToken, out var first, out var end)) return new(end);
        return first.IsUnderWay ? FinishAsync(request, first, cancellationToken) : GoOnAsync(request, first, cancellationToken);
    }

    // Whatever is not needed across an await is done in methods that do not wait: what this one remembers is allocated
    // for every call that has to.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallResult<TResponse>> RunFromAsync(
        int attempt, TRequest request, CallPlan plan, CallFailure? failure, TimeSpan pause, CancellationToken cancellationToken)
    {
        for (; ; attempt++)
        {
            if (pause > TimeSpan.Zero) await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
            var sentAt = _time.GetTimestamp();
            if (TryBegin(plan, sentAt, attempt, failure, cancellationToken, out var lease) is { } refusal)
                return End(plan, refusal, attempt, failure);

            AttemptResult<TResponse> result;
            var kind = KindOf(attempt);
            if (_hedging is not null && plan.IsIdempotent)
            {
                var race = new HedgeRace(this, request, plan, failure, cancellationToken);
                var winner = await race.RunAsync(lease, sentAt, attempt).ConfigureAwait(false);
                (lease, sentAt, kind, result) = (winner.Lease, winner.SentAt, winner.Kind, winner.Result);
                (attempt, failure) = (race.LastAttempt, race.Failure);
            }
            else
            {
                try
                {
                    var context = ContextOf(plan, sentAt, attempt, kind, cancellationToken);
                    result = await _transport.SendAsync(lease.Endpoint, request, context).ConfigureAwait(false);
                }
                catch
                {
                    Abandon(lease, sentAt);
                    throw;
                }
            }

            if (Conclude(plan, sentAt, attempt, kind, lease, result, ref failure, out var end, out pause)) return end;
        }
    }

    private TimeSpan Left(in CallPlan plan, long now) =>
        now == plan.StartedAt ? plan.Deadline : plan.Deadline - _time.GetElapsedTime(plan.StartedAt, now);

    private static AttemptKind KindOf(int attempt) => attempt == 0 ? AttemptKind.Initial : AttemptKind.Retry;

    private AttemptContext ContextOf(in CallPlan plan, long sentAt, int attempt, AttemptKind kind, CancellationToken cancellationToken)
    {
        var left = Left(plan, sentAt);
        return new AttemptContext(attempt, left < _options.AttemptTimeout ? left : _options.AttemptTimeout, cancellationToken)
        {
            Kind = kind,
            TimeLeft = left,
            StartedAt = sentAt,
            TellsTimeout = plan.TellsTimeout,
            StopsRetryChain = plan.StopsRetryChain,
        };
    }

    /// <summary>Chooses an endpoint, or says why there is no further attempt.</summary>
    private CallStatus? TryBegin(
        in CallPlan plan, long now, int attempt, CallFailure? failure, CancellationToken cancellationToken, out EndpointLease lease)
    {
        lease = default;
        if (cancellationToken.IsCancellationRequested) return CallStatus.Cancelled;
        if (Left(plan, now) <= TimeSpan.Zero) return CallStatus.DeadlineExceeded;
        return TryAcquire(plan, now, attempt, failure is null ? default : failure.Tried, out lease);
    }

    private CallStatus? TryAcquire(in CallPlan plan, long now, int attempt, ReadOnlySpan<Endpoint> tried, out EndpointLease lease)
    {
        var context = new PickContext(attempt, plan.HashKey, now);
        if (_limits is not null) return _limits.TryAcquire(_pool, context, tried, out lease);
        return _pool.TryAcquire(context, tried, out lease) ? null : CallStatus.NoEndpoint;
    }

    /// <summary>Learns from an attempt and ends the call, or answers false if it is to be made again after a pause.</summary>
    private bool Conclude(
        in CallPlan plan, long sentAt, int attempt, AttemptKind kind, in EndpointLease lease, in AttemptResult<TResponse> result,
        ref CallFailure? failure, out CallResult<TResponse> end, out TimeSpan pause)
    {
        pause = TimeSpan.Zero;
        var endedAt = _time.GetTimestamp();
        if (Learn(lease, sentAt, endedAt, kind, result, ref failure))
        {
            ReleaseWith(result.Response!, lease);
            Tell(plan, CallStatus.Succeeded, attempt + 1, failure, endedAt);
            end = new CallResult<TResponse>(CallStatus.Succeeded, result.Response, attempt + 1, failure);
            return true;
        }

        var left = Left(plan, endedAt);
        if (MayRetry(plan, result, attempt, endedAt, left, failure!, out pause))
        {
            lease.Release();
            (result.Response as IDisposable)?.Dispose();
            _environment.Listener.OnRetry(_pool.Service, CauseOf(result.Status));
            end = default;
            return false;
        }

        if (result.Status != AttemptStatus.Answered)
        {
            lease.Release();
            // An attempt that was given all the time that was left, and used it up, is the end of the call's own time.
            var isLast = left <= OneMillisecond || Left(plan, sentAt) <= _options.AttemptTimeout;
            end = End(plan, ToCallStatus(result.Status, isLast), attempt + 1, failure);
            return true;
        }

        ReleaseWith(result.Response!, lease);
        failure!.Knowledge = _pool.Describe();
        Tell(plan, CallStatus.Rejected, attempt + 1, failure, endedAt);
        end = new CallResult<TResponse>(CallStatus.Rejected, result.Response, attempt + 1, failure);
        return true;
    }

    /// <summary>Records what an attempt taught, and answers whether it succeeded. The lease is not released yet.</summary>
    private bool Learn(
        in EndpointLease lease, long sentAt, long endedAt, AttemptKind attempt, in AttemptResult<TResponse> result,
        ref CallFailure? failure)
    {
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
            lease.Complete(new CallOutcome(OutcomeKind.Ignored, latency, endedAt) { Attempt = attempt });
            throw;
        }

        Record(lease, new CallOutcome(kind, latency, endedAt) { IsLocal = result.Status == AttemptStatus.NotSent, Attempt = attempt });
        if (kind == OutcomeKind.Success) return true;
        failure ??= new CallFailure(_pool.Service);
        failure.Add(lease.Endpoint, new AttemptRecord(lease.Endpoint.Instance, result.Status, latency, detail), result.Error);
        return false;
    }

    private void Record(in EndpointLease lease, in CallOutcome outcome)
    {
        lease.Record(outcome);
        _limits?.Record(lease.Endpoint, outcome);
        _environment.Listener.OnAttemptCompleted(lease.Endpoint.Instance, outcome);
    }

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

    private void ReleaseWith(TResponse response, in EndpointLease lease)
    {
        if (_leasing is null || !_leasing.TryHold(response, lease)) lease.Release();
    }

    private string DetailOf(in AttemptResult<TResponse> result) =>
        result.Error?.Message ?? (result.Status == AttemptStatus.Answered ? _classifier.Describe(result.Response!) : "");

    private void Tell(in CallPlan plan, CallStatus status, int attempts, CallFailure? failure, long endedAt)
    {
        var ending = status switch
        {
            CallStatus.Succeeded => failure is null ? CallEnding.Success : CallEnding.Recovered,
            CallStatus.Cancelled => CallEnding.Cancelled,
            CallStatus.Refused => CallEnding.Rejected,
            _ => CallEnding.Exhausted,
        };
        var cause = status switch
        {
            CallStatus.Rejected => FailureCause.Answer,
            CallStatus.DeadlineExceeded => FailureCause.Timeout,
            CallStatus.NoEndpoint => FailureCause.NoEndpoint,
            CallStatus.Failed when failure is { Attempts: [.., var last] } => CauseOf(last.Status),
            _ => FailureCause.None,
        };
        _environment.Listener.OnCallCompleted(
            _pool.Service, new CallSummary(ending, attempts, _time.GetElapsedTime(plan.StartedAt, endedAt), cause));
    }

    private static FailureCause CauseOf(AttemptStatus status) => status switch
    {
        AttemptStatus.Answered => FailureCause.Answer,
        AttemptStatus.NotSent => FailureCause.Unreachable,
        AttemptStatus.Broken => FailureCause.Broken,
        AttemptStatus.TimedOut => FailureCause.Timeout,
        _ => FailureCause.None,
    };

    private CallResult<TResponse> End(in CallPlan plan, CallStatus status, int attempts, CallFailure? failure)
    {
        failure ??= new CallFailure(_pool.Service);
        failure.Knowledge = _pool.Describe();
        if (status == CallStatus.Refused && failure.Reason.Length == 0)
            failure.Reason = "Every instance serves as many calls as it was seen to bear.";
        Tell(plan, status, attempts, failure, _time.GetTimestamp());
        return new CallResult<TResponse>(status, default, attempts, failure);
    }
}
