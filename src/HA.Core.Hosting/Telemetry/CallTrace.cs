using System.Diagnostics;
using System.Globalization;
using HA.Core.Calls;
using HA.Core.Http;

namespace HA.Core.Hosting.Telemetry;

/// <summary>
/// The spans of one call, in the source <c>HA.Core</c>: one for the call as its caller sees it, and one for each attempt below it.
/// </summary>
/// <remarks>
/// All of them are internal: the client's span of an attempt is the one that .NET's own HTTP client makes inside of it, and a second
/// one would count every request twice. Made only while somebody listens.
/// </remarks>
internal sealed class CallTrace(string service, Activity call) : IAttemptFollower
{
    internal const string SourceName = HostingMeters.Name;
    internal const string CallName = "HA call";
    internal const string AttemptName = "HA attempt";
    internal const string AttemptCount = "hacore.attempt.count";
    internal const string EndpointId = "hacore.endpoint.id";
    internal const string ResendCount = "http.request.resend_count";
    internal const string StatusCode = "http.response.status_code";

    internal static readonly ActivitySource Source = new(SourceName, typeof(CallTrace).Assembly.GetName().Version?.ToString(3));

    private static readonly HttpOutcomeClassifier Classifier = new();

    private int _attempts;
    private int _failures;

    /// <summary>Sends a request, and follows it if somebody wants its trace.</summary>
    internal static async Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker invoker, string service, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var call = Source.StartActivity(
            $"{CallName} {service}", ActivityKind.Internal, parentContext: default,
            [new(Instruments.Service, service), new("http.request.method", request.Method.Method)]);
        if (call is null) return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var trace = new CallTrace(service, call);
        request.Options.Set(FailoverRequestOptions.Follower, trace);
        try
        {
            var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            trace.Answered(response);
            return response;
        }
        catch (Exception e)
        {
            trace.Failed(e);
            throw;
        }
    }

    public object? AttemptStarted(ServiceInstance instance, int number, AttemptKind kind)
    {
        Interlocked.Increment(ref _attempts);
        // The parent is told: beside another attempt, what is ambient is not enough to say so.
        var attempt = Source.StartActivity(
            $"{AttemptName} {service}", ActivityKind.Internal, call.Context,
            [
                new(Instruments.Service, service), new(Instruments.Address, instance.Address), new(Instruments.Port, instance.Port),
                new(EndpointId, instance.Id), new(Instruments.AttemptKind, Words.Of(kind)),
            ]);
        if (number > 0) attempt?.SetTag(ResendCount, number);
        return attempt;
    }

    public void AttemptEnded(object? attempt, AttemptStatus status, HttpResponseMessage? response, Exception? error)
    {
        var outcome = status switch
        {
            AttemptStatus.Answered when response is not null => Classifier.Classify(response),
            AttemptStatus.Cancelled => OutcomeKind.Ignored,
            _ => OutcomeKind.Failure,
        };
        var isFailure = outcome is OutcomeKind.Failure or OutcomeKind.Overload;
        if (isFailure) Interlocked.Increment(ref _failures);
        if (attempt is not Activity span) return;
        span.SetTag(Instruments.Outcome, Words.Of(outcome));
        if (response is not null) span.SetTag(StatusCode, (int)response.StatusCode);
        if (isFailure) Fail(span, ErrorOf(status, response, error));
        span.Dispose();
    }

    private static string ErrorOf(AttemptStatus status, HttpResponseMessage? response, Exception? error) => status switch
    {
        AttemptStatus.Answered when response is not null => TextOf(response),
        AttemptStatus.TimedOut => "timeout",
        _ => error?.GetType().FullName ?? "_OTHER",
    };

    private static string TextOf(HttpResponseMessage response) => ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);

    private static void Fail(Activity span, string error)
    {
        span.SetTag(Instruments.Error, error);
        span.SetStatus(ActivityStatusCode.Error);
    }

    private void Answered(HttpResponseMessage response)
    {
        var isGood = Classifier.Classify(response) == OutcomeKind.Success;
        End(!isGood ? CallEnding.Exhausted : Volatile.Read(ref _failures) > 0 ? CallEnding.Recovered : CallEnding.Success);
        call.SetTag(StatusCode, (int)response.StatusCode);
        if (!isGood) Fail(call, TextOf(response));
    }

    private void Failed(Exception error)
    {
        var (ending, type) = error switch
        {
            FailoverException { Status: CallStatus.Refused } => (CallEnding.Rejected, "rejected"),
            FailoverException { Status: CallStatus.NoEndpoint } => (CallEnding.Exhausted, Words.Of(FailureCause.NoEndpoint)),
            OperationCanceledException { InnerException: TimeoutException } => (CallEnding.Exhausted, Words.Of(FailureCause.Timeout)),
            OperationCanceledException => (CallEnding.Cancelled, null),
            _ => (CallEnding.Exhausted, error.GetType().FullName!),
        };
        End(ending);
        if (type is not null) Fail(call, type);
    }

    private void End(CallEnding ending)
    {
        call.SetTag(Instruments.Outcome, Words.Of(ending));
        call.SetTag(AttemptCount, Volatile.Read(ref _attempts));
    }
}
