using System.Globalization;
using HA.Core.Calls;

namespace HA.Core.Http;

/// <summary>The headers in which one tier of services tells the next what it has to know of the call.</summary>
public static class CallHeaders
{
    /// <summary>How long the sender waits for the answer to this attempt, in whole milliseconds.</summary>
    public const string TimeLeft = "HA-Time-Left";

    /// <summary><c>1</c>: the sender, or somebody above it, repeats the whole call, so nobody below should repeat a part.</summary>
    public const string NoRetry = "HA-No-Retry";

    /// <summary>A name for what the request is to do, the same whenever it is sent, so that it is done once.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    // Whoever waits longer than this has not thought about it.
    private const long MaxTimeLeft = 24 * 60 * 60 * 1000;

    /// <summary>
    /// Reads what an incoming request tells. Enter the result while the request is served: calls made meanwhile keep to it.
    /// </summary>
    /// <param name="timeLeft">Value of <see cref="TimeLeft"/>, or null.</param>
    /// <param name="noRetry">Value of <see cref="NoRetry"/>, or null.</param>
    /// <param name="time">The clock; the machine's when null.</param>
    /// <remarks>Headers come from outside: a value that cannot be read counts as absent, and a very large one is cut.</remarks>
    public static IncomingCall Read(string? timeLeft, string? noRetry, TimeProvider? time = null)
    {
        TimeSpan? left = long.TryParse(timeLeft, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxTimeLeft))
            : null;
        return new IncomingCall(left, noRetry == "1", time);
    }

    internal static void Write(HttpRequestMessage request, string? idempotencyKey, in AttemptContext attempt)
    {
        if (idempotencyKey is not null) Set(request, IdempotencyKey, idempotencyKey);
        if (attempt.TellsTimeout)
            Set(request, TimeLeft, ((long)attempt.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        if (attempt.StopsRetryChain) Set(request, NoRetry, "1");
    }

    // A caller that passes on the headers it got must not make them double.
    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
