namespace HA.Core.Calls;

/// <summary>One attempt that failed, for the error that the caller gets.</summary>
/// <param name="Instance">Whom it went to, with the real address.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Latency">How long it took.</param>
/// <param name="Detail">What the endpoint or the network said.</param>
public sealed record AttemptRecord(ServiceInstance Instance, AttemptStatus Status, TimeSpan Latency, string Detail)
{
    /// <summary>For people: <c>orders-2 at 10.0.0.6:8080 timed out after 2000 ms</c>.</summary>
    public override string ToString()
    {
        var what = Status switch
        {
            AttemptStatus.Answered => "answered",
            AttemptStatus.NotSent => "could not be reached",
            AttemptStatus.Broken => "broke off",
            AttemptStatus.TimedOut => "timed out",
            _ => "was cancelled",
        };
        var detail = Detail.Length == 0 ? "" : $" ({Detail})";
        return FormattableString.Invariant(
            $"{Instance.Id} at {Instance.BaseUri.Authority} {what} after {Latency.TotalMilliseconds:0.#} ms{detail}");
    }
}
