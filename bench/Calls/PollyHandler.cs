using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace HA.Core.Bench.Calls;

/// <summary>Retries around a breaker around the timeout of each attempt, in Polly's recommended order, as a textbook has them.</summary>
internal sealed class PollyHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<(PollyHandler Handler, HttpRequestMessage Request)> Call = new("call");

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage> { ShouldHandle = Failed(), MaxRetryAttempts = 2 })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage> { ShouldHandle = Failed() })
        .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(2) })
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Call, (this, request));
        try
        {
            return await _pipeline.ExecuteAsync(
                static async attempt =>
                {
                    var (handler, request) = attempt.Properties.GetValue(Call, default);
                    return await handler.SendOnAsync(request, attempt.CancellationToken).ConfigureAwait(false);
                },
                context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    private static PredicateBuilder<HttpResponseMessage> Failed() => new PredicateBuilder<HttpResponseMessage>()
        .Handle<HttpRequestException>()
        .Handle<TimeoutRejectedException>()
        .HandleResult(static r => r.StatusCode >= HttpStatusCode.InternalServerError);
}
