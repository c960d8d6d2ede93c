namespace HA.Core.Endpoints;

/// <summary>Permission to call an endpoint once. It counts as load until it is released.</summary>
/// <remarks>
/// Its holder calls <see cref="Record"/> once and <see cref="Release"/> once, or <see cref="Complete"/> for both,
/// whatever happens to the call. An answer that breaks off after it was recorded as a success is recorded again, as a
/// failure. A copy is the same lease. Not safe for concurrent use.
/// </remarks>
public readonly struct EndpointLease
{
    private readonly long _ticket;

    internal EndpointLease(Endpoint endpoint, long ticket)
    {
        Endpoint = endpoint;
        _ticket = ticket;
    }

    /// <summary>Whom to call.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Tells what the call taught. The endpoint stays busy until <see cref="Release"/>.</summary>
    public void Record(in CallOutcome outcome)
    {
        Endpoint.Learn(outcome);
        Endpoint.Monitor.Record(outcome, _ticket);
    }

    /// <summary>Ends the load that this call is.</summary>
    public void Release() => Endpoint.Leave();

    /// <summary>Records and releases.</summary>
    public void Complete(in CallOutcome outcome)
    {
        // Released first: what recording sets off must see the load as it is now.
        Release();
        Record(outcome);
    }
}
