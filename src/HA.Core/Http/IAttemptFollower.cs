using HA.Core.Calls;

namespace HA.Core.Http;

/// <summary>Follows the attempts of one request, for traces: see <see cref="FailoverRequestOptions.Follower"/>.</summary>
/// <remarks>
/// Laws: (1) it observes, and decides nothing; it neither waits nor throws. (2) What it makes ambient when an attempt begins, such as
/// an activity, is ambient for the sending of that attempt and for nothing else. (3) Attempts that run beside each other are told
/// concurrently.
/// </remarks>
public interface IAttemptFollower
{
    /// <summary>An attempt begins.</summary>
    /// <param name="instance">Whom it goes to.</param>
    /// <param name="number">0 for the first of the request.</param>
    /// <param name="kind">Why it is made.</param>
    /// <returns>Handed back at its end.</returns>
    object? AttemptStarted(ServiceInstance instance, int number, AttemptKind kind);

    /// <summary>An attempt ended. Exactly once for each that began.</summary>
    /// <param name="attempt">What was returned when it began.</param>
    /// <param name="status">What became of it; cancelled as well if another attempt was quicker.</param>
    /// <param name="response">The answer, not to be read; null if there is none.</param>
    /// <param name="error">What went wrong, if that is known.</param>
    void AttemptEnded(object? attempt, AttemptStatus status, HttpResponseMessage? response, Exception? error);
}
