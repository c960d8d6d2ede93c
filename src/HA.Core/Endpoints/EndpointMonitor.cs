namespace HA.Core.Endpoints;

/// <summary>The health side of an endpoint, as calls meet it: it admits them and learns from their outcomes.</summary>
internal abstract class EndpointMonitor
{
    internal static readonly EndpointMonitor Indifferent = new AdmitAll();

    /// <summary>Asks to call. While the endpoint is on probation only the holder of a permit may.</summary>
    /// <param name="ticket">Names the state in which the call began; to be handed back with its outcome.</param>
    internal abstract bool TryEnter(out long ticket);

    /// <summary>Admits without a permit: in panic, where doubts about single endpoints no longer count.</summary>
    internal abstract long EnterAnyway();

    /// <summary>Tells how the call went. Exactly once for each ticket.</summary>
    internal abstract void Record(in CallOutcome outcome, long ticket);

    private sealed class AdmitAll : EndpointMonitor
    {
        internal override bool TryEnter(out long ticket)
        {
            ticket = 0;
            return true;
        }

        internal override long EnterAnyway() => 0;

        internal override void Record(in CallOutcome outcome, long ticket) { }
    }
}
