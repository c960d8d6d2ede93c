namespace HA.Core.Hosting.Control;

/// <summary>People overrule the registry for one instance of one service, in this process, for a while.</summary>
/// <remarks>
/// <para>Laws. (1) From the return of a call on, new calls go by it; those under way are finished. (2) It ends by itself at its
/// time, to the millisecond that timers have, and then the registry's word counts again. (3) Catalogs that come meanwhile, and
/// changes of options, do not end it; it waits for an instance that is not there. (4) Of two for the same instance the later
/// counts: one for its state, one for its weight. (5) Everything that was done, and every end, is in the <see cref="Trail"/>
/// and in the log.</para>
/// <para>It is known to this process alone, and ends with it. Safe for concurrent use.</para>
/// </remarks>
public interface IEndpointControl
{
    /// <summary>What is in force, in the order of services and instances.</summary>
    IReadOnlyList<EndpointIntervention> Active { get; }

    /// <summary>What was done last, the oldest first: a thousand entries at most.</summary>
    IReadOnlyList<EndpointAudit> Trail { get; }

    /// <summary>Gives an instance no new calls, not even in panic or if it is the last one.</summary>
    /// <exception cref="ArgumentException">No service or instance can have such a name.</exception>
    /// <exception cref="InvalidOperationException">Too much is in force already.</exception>
    EndpointIntervention Isolate(string service, string instance, InterventionTerms terms);

    /// <summary>Gives an instance no new calls while others are left.</summary>
    /// <inheritdoc cref="Isolate"/>
    EndpointIntervention Drain(string service, string instance, InterventionTerms terms);

    /// <summary>Gives an instance another weight than the registry's or the configuration's.</summary>
    /// <inheritdoc cref="Isolate"/>
    EndpointIntervention SetWeight(string service, string instance, int weight, InterventionTerms terms);

    /// <summary>Ends before its time all that was said of an instance. Its health is what registry, checks and calls say.</summary>
    /// <returns>False if nothing was in force.</returns>
    bool Restore(string service, string instance, string actor, string reason);
}

/// <summary>Who overrules, why, and for how long.</summary>
public sealed record InterventionTerms
{
    private const int LongestActor = 64;
    private const int LongestReason = 256;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Creates terms.</summary>
    /// <param name="actor">Who it is, such as a user's name: 1 to 64 characters.</param>
    /// <param name="reason">Why: 1 to 256 characters.</param>
    /// <param name="duration">When it ends by itself: at most seven days from now.</param>
    /// <exception cref="ArgumentException">A value will not do; the message says what would.</exception>
    public InterventionTerms(string actor, string reason, TimeSpan duration)
    {
        Actor = Text(actor, nameof(actor), LongestActor);
        Reason = Text(reason, nameof(reason), LongestReason);
        Duration = duration > TimeSpan.Zero && duration <= Longest
            ? duration
            : throw new ArgumentOutOfRangeException(
                nameof(duration), duration, $"It must be longer than zero and at most {Longest.Days} days.");
    }

    /// <summary>Who it is.</summary>
    public string Actor { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>When it ends by itself, from now.</summary>
    public TimeSpan Duration { get; }

    // It ends in logs and on pages.
    internal static string Text(string value, string name, int longest) =>
        !string.IsNullOrWhiteSpace(value) && value.Length <= longest && !value.Any(char.IsControl)
            ? value
            : throw new ArgumentException($"It must be 1 to {longest} characters on one line.", name);

    internal static (string Actor, string Reason) Texts(string actor, string reason) =>
        (Text(actor, nameof(actor), LongestActor), Text(reason, nameof(reason), LongestReason));
}
