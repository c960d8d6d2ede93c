using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

/// <summary>An answer that can be held open.</summary>
internal sealed class Answer(bool isGood) : IDisposable
{
    internal bool IsGood => isGood;

    internal bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

/// <summary>Answers each attempt as a test says, and writes down what it was asked.</summary>
internal sealed class ScriptedTransport(Stage stage) : ITransport<string, Answer>, IResponseLeasing<Answer>
{
    internal List<(TimeSpan At, string Id, AttemptContext Context)> Attempts { get; } = [];

    /// <summary>What becomes of an attempt, from its number.</summary>
    internal Func<int, AttemptStatus> Status { get; set; } = static _ => AttemptStatus.Answered;

    internal Func<int, bool> IsGood { get; set; } = static _ => true;

    /// <summary>How long an attempt takes.</summary>
    internal TimeSpan Takes { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long an attempt takes at an endpoint, instead of <see cref="Takes"/>.</summary>
    internal Func<string, TimeSpan>? TakesAt { get; set; }

    internal Exception? Throws { get; set; }

    internal bool HoldsResponses { get; set; }

    internal List<(Answer Answer, EndpointLease Lease)> Held { get; } = [];

    internal List<Answer> Answers { get; } = [];

    public async ValueTask<AttemptResult<Answer>> SendAsync(Endpoint endpoint, string request, AttemptContext attempt)
    {
        Attempts.Add((stage.Now, endpoint.Instance.Id, attempt));
        if (Throws is not null) throw Throws;
        var status = Status(attempt.Number);
        var takes = TakesAt?.Invoke(endpoint.Instance.Id) ?? Takes;
        var isLate = status == AttemptStatus.TimedOut || takes > attempt.Timeout;
        try
        {
            await stage.Environment.Time.DelayAsync(isLate ? attempt.Timeout : takes, attempt.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            return AttemptResult<Answer>.Failed(AttemptStatus.Cancelled);
        }

        if (isLate) return AttemptResult<Answer>.Failed(AttemptStatus.TimedOut);
        if (status != AttemptStatus.Answered) return AttemptResult<Answer>.Failed(status, new IOException($"scripted {status}"));
        var answer = new Answer(IsGood(attempt.Number));
        Answers.Add(answer);
        return AttemptResult<Answer>.Answered(answer);
    }

    public bool TryHold(Answer response, EndpointLease lease)
    {
        if (HoldsResponses) Held.Add((response, lease));
        return HoldsResponses;
    }
}

/// <summary>A good answer is a success, another one a failure; throws if a test wants it to.</summary>
internal sealed class AnswerClassifier : IOutcomeClassifier<Answer>
{
    internal Exception? Throws { get; set; }

    internal RetryAfter? Wish { get; set; }

    public RetryAfter? RetryAfter(Answer response, DateTimeOffset now) => Wish;

    public OutcomeKind Classify(Answer response) =>
        Throws is not null ? throw Throws : response.IsGood ? OutcomeKind.Success : OutcomeKind.Failure;

    public string Describe(Answer response) => "scripted refusal";
}

/// <summary>A client over instances that a test names, and everything it is made of.</summary>
internal sealed class ClientStage : IAsyncDisposable
{
    internal ClientStage(Stage stage, int instances, CallOptions? options = null, PoolOptions? poolOptions = null)
    {
        Registry = new ScriptedRegistry(stage);
        if (instances >= 0) Registry.Tell(Stage.Catalog(1, [.. Enumerable.Range(1, instances)]));
        Transport = new ScriptedTransport(stage);
        Pool = ServicePool.Follow(Registry, Stage.Service, stage.Environment, poolOptions);
        Client = new ServiceClient<string, Answer>(Pool, Transport, Classifier, stage.Environment, options);
    }

    internal ScriptedRegistry Registry { get; }

    internal ScriptedTransport Transport { get; }

    internal AnswerClassifier Classifier { get; } = new();

    internal ServicePool Pool { get; }

    internal ServiceClient<string, Answer> Client { get; }

    internal int InFlight => Pool.Snapshot.All.Sum(static e => e.InFlight);

    internal Task<CallResult<Answer>> CallAsync(bool isIdempotent = true, CancellationToken cancellationToken = default) =>
        Client.SendAsync("request", new CallSettings(isIdempotent), cancellationToken).AsTask();

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}
