namespace HA.Core.Calls;

/// <summary>Says what an answer means for the endpoint that gave it.</summary>
/// <remarks>Pure and safe for concurrent use. An answer that is not a success is tried elsewhere if that is safe.</remarks>
public interface IOutcomeClassifier<in TResponse>
{
    /// <summary>Judges an answer.</summary>
    OutcomeKind Classify(TResponse response);

    /// <summary>An answer that is not a success in a few words, for error messages: <c>503 Service Unavailable</c>.</summary>
    string Describe(TResponse response);
}
