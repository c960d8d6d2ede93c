namespace HA.Core.Simulation.Model;

/// <summary>A request's method that knows whose call it is.</summary>
/// <remarks>
/// It is what the request of each attempt shares with the caller's. Options would be copied for each of them: two dictionaries, a
/// quarter of what a call allocates. Used again for another call once this one has ended: no attempt begins after that.
/// </remarks>
internal sealed class CallMethod(HttpMethod method) : HttpMethod(method.Method)
{
    internal long Call { get; set; }
}
