namespace HA.Core.Calls;

/// <summary>Says what an answer means for the endpoint that gave it.</summary>
/// <remarks>Pure and safe for concurrent use. An answer that is not a success is tried elsewhere if that is safe.</remarks>
public interface IOutcomeClassifier<in TResponse>
{
    /// <summary>Judges an answer.</summary>
    OutcomeKind Classify(TResponse response);

    /// <summary>An answer that is not a success in a few words, for error messages: <c>503 Service Unavailable</c>.</summary>
    string Describe(TResponse response);

    /// <summary>How long an answer that is not a success asks to be left alone; null if it does not.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="now">The wall clock, for answers that name a moment.</param>
    RetryAfter? RetryAfter(TResponse response, DateTimeOffset now) => null;
}

/// <summary>A wish to be left alone for a while.</summary>
/// <param name="Wait">For how long.</param>
/// <param name="IsForAll">Whether the endpoint speaks for the whole service, rather than for itself.</param>
public readonly record struct RetryAfter(TimeSpan Wait, bool IsForAll);
