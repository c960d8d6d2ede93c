using HA.Core.Calls;

namespace HA.Core.Http;

/// <summary>An answer on its way through the pipeline.</summary>
/// <remarks>
/// A value around the reference, so that the pipeline is compiled for it alone: code that all reference types share has to
/// look up which one it is called for, a dozen times in each call.
/// </remarks>
/// <param name="Message">The response; null if there is none.</param>
internal readonly record struct HttpAnswer(HttpResponseMessage? Message) : IDisposable
{
    public void Dispose() => Message?.Dispose();
}

/// <summary>Judges the responses in answers.</summary>
internal sealed class HttpAnswerClassifier(HttpOutcomeClassifier responses) : IOutcomeClassifier<HttpAnswer>
{
    public OutcomeKind Classify(HttpAnswer response) => responses.Classify(response.Message!);

    public string Describe(HttpAnswer response) => responses.Describe(response.Message!);

    public RetryAfter? RetryAfter(HttpAnswer response, DateTimeOffset now) => responses.RetryAfter(response.Message!, now);
}
