namespace HA.Core.Hosting.Control;

/// <summary>What somebody said of an instance.</summary>
public enum InterventionKind
{
    /// <summary>It gets no new calls at all.</summary>
    Isolated = 0,

    /// <summary>It gets no new calls while others are left.</summary>
    Drained = 1,

    /// <summary>It has another weight.</summary>
    Weighted = 2,
}

/// <summary>Something that is in force for one instance.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Instance">Id of the instance.</param>
/// <param name="Kind">What was said.</param>
/// <param name="Weight">The weight, if that is what was said.</param>
/// <param name="Actor">Who said it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">When.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record EndpointIntervention(
    string Service, string Instance, InterventionKind Kind, int? Weight, string Actor, string Reason, DateTimeOffset Since,
    DateTimeOffset Until);

/// <summary>What became of something that somebody said.</summary>
public enum AuditKind
{
    /// <summary>It began.</summary>
    Begun = 0,

    /// <summary>Something later took its place.</summary>
    Replaced = 1,

    /// <summary>Somebody ended it.</summary>
    Restored = 2,

    /// <summary>Its time was over.</summary>
    Expired = 3,
}

/// <summary>An entry of the audit trail.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Intervention">To what.</param>
/// <param name="Actor">Who did it; null for time.</param>
/// <param name="Reason">Why; null for time.</param>
public sealed record EndpointAudit(DateTimeOffset At, AuditKind Kind, EndpointIntervention Intervention, string? Actor, string? Reason);
