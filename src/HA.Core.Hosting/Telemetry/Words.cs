using HA.Core.Registry;

namespace HA.Core.Hosting.Telemetry;

/// <summary>The values of attributes, in metrics and traces alike.</summary>
internal static class Words
{
    internal static string Of(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Success => "success",
        OutcomeKind.Failure => "failure",
        OutcomeKind.Overload => "overload",
        _ => "ignored",
    };

    internal static string Of(CallEnding ending) => ending switch
    {
        CallEnding.Success => "success",
        CallEnding.Recovered => "recovered",
        CallEnding.Exhausted => "exhausted",
        CallEnding.Rejected => "rejected",
        _ => "cancelled",
    };

    internal static string Of(FailureCause cause) => cause switch
    {
        FailureCause.Unreachable => "connect",
        FailureCause.Broken => "reset",
        FailureCause.Timeout => "timeout",
        FailureCause.Answer => "status",
        FailureCause.NoEndpoint => "no_endpoint",
        _ => "none",
    };

    internal static string Of(AttemptKind kind) => kind switch
    {
        AttemptKind.Initial => "initial",
        AttemptKind.Retry => "retry",
        _ => "hedge",
    };

    internal static string Of(EjectionReason reason) => reason switch
    {
        EjectionReason.Calls => "calls",
        EjectionReason.Outlier => "outlier",
        EjectionReason.Probation => "probation",
        _ => "operator",
    };

    internal static string Of(EndpointHealth health) => health switch
    {
        EndpointHealth.Healthy => "healthy",
        EndpointHealth.Unknown => "unknown",
        EndpointHealth.Probing => "probing",
        EndpointHealth.Draining => "draining",
        _ => "unhealthy",
    };

    internal static string Of(CatalogOrigin origin) => origin switch
    {
        CatalogOrigin.None => "none",
        CatalogOrigin.Live => "live",
        CatalogOrigin.Cached => "cached",
        CatalogOrigin.Held => "held",
        _ => "disk",
    };

    internal static string Of(RegistrationState state) => state switch
    {
        RegistrationState.Registering => "registering",
        RegistrationState.Registered => "registered",
        RegistrationState.Lost => "lost",
        RegistrationState.Fenced => "fenced",
        _ => "deregistered",
    };

    internal static string Of(EntryRefusal reason) => reason switch
    {
        EntryRefusal.Misplaced => "misplaced",
        EntryRefusal.TooLarge => "too_large",
        EntryRefusal.TooMany => "too_many",
        EntryRefusal.Address => "address",
        EntryRefusal.HealthCheckUrl => "health_check_url",
        _ => "unreadable",
    };
}
