using HA.Core.Alerting;
using HA.Core.Hosting.Control;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Telemetry;

/// <summary>What is said to the log. An id is never used for anything else.</summary>
internal static partial class HostingLog
{
    internal const string RegistryCategory = "HA.Core.Registry";
    internal const string HealthCategory = "HA.Core.Health";
    internal const string ClientCategory = "HA.Core.Client";
    internal const string ConfigCategory = "HA.Core.Config";
    internal const string ControlCategory = "HA.Core.Control";
    internal const string SecurityCategory = "HA.Core.Security";
    internal const string AlertsCategory = "HA.Core.Alerts";
    internal const string LifecycleCategory = "HA.Core.Lifecycle";

    [LoggerMessage(1000, LogLevel.Warning, "The registry does not answer for '{Service}'; what it said last is used. "
        + "It is asked again within {RetryAfter}. {Error}")]
    internal static partial void RegistryFailed(this ILogger logger, string service, TimeSpan retryAfter, string error);

    [LoggerMessage(1001, LogLevel.Information, "The registry answers for '{Service}' again.")]
    internal static partial void RegistryRecovered(this ILogger logger, string service);

    [LoggerMessage(1002, LogLevel.Warning,
        "The registry suddenly lacks {Removed} instances of '{Service}'; they stay in use for {HoldTime}, "
        + "until a second read confirms it.")]
    internal static partial void RemovalHeld(this ILogger logger, string service, int removed, TimeSpan holdTime);

    [LoggerMessage(1003, LogLevel.Warning, "The registry does not answer at the start; {Count} instances of '{Service}' stored {Age} ago "
        + "are used until it does.")]
    internal static partial void CatalogRestored(this ILogger logger, string service, int count, TimeSpan age);

    [LoggerMessage(1004, LogLevel.Warning, "The catalog of '{Service}' could not be stored, or what was stored is not used. {Error}")]
    internal static partial void CatalogStoreFailed(this ILogger logger, string service, string error);

    [LoggerMessage(1005, LogLevel.Warning, "The registry that is not read failed to take '{Service}'. {Error}")]
    internal static partial void SecondaryFailed(this ILogger logger, string service, string error);

    [LoggerMessage(1006, LogLevel.Warning, "Two registries differ on '{Service}': {Missing} missing, {Extra} extra, "
        + "{Different} different.")]
    internal static partial void RegistriesDiffer(this ILogger logger, string service, int missing, int extra, int different);

    [LoggerMessage(1010, LogLevel.Warning, "{Count} entries that the registry has of '{Service}' are not used ({Reason}), such as "
        + "{Detail}. The others are.")]
    internal static partial void EntriesRefused(this ILogger logger, string service, int count, EntryRefusal reason, string detail);

    [LoggerMessage(1100, LogLevel.Warning, "{Instance} was {From} and is unhealthy: {Reason}. Calls go to others.")]
    internal static partial void Unhealthy(this ILogger logger, string instance, EndpointHealth from, string reason);

    [LoggerMessage(1101, LogLevel.Information, "{Instance} was {From} and is {To}: {Reason}.")]
    internal static partial void HealthChanged(this ILogger logger, string instance, EndpointHealth from, EndpointHealth to, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "Too few instances of '{Service}' are fit: some that are not are used as well (panic).")]
    internal static partial void Panic(this ILogger logger, string service);

    [LoggerMessage(1103, LogLevel.Information, "Enough instances of '{Service}' are fit again.")]
    internal static partial void PanicEnded(this ILogger logger, string service);

    [LoggerMessage(1200, LogLevel.Warning, "{Service}/{Instance} is {What} until {Until}, by {Actor}: {Reason}")]
    internal static partial void InterventionBegun(
        this ILogger logger, string service, string instance, string what, DateTimeOffset until, string actor, string reason);

    [LoggerMessage(1201, LogLevel.Information, "{Service}/{Instance} is no longer {What} ({How} by {Actor}): {Reason}")]
    internal static partial void InterventionEnded(
        this ILogger logger, string service, string instance, string what, AuditKind how, string actor, string reason);

    [LoggerMessage(1300, LogLevel.Warning, "More than {Limit} endpoints were seen: from now on metrics do not tell them apart. Raise "
        + "HA:Telemetry:MaxEndpoints if whoever collects them can bear more series.")]
    internal static partial void TooManyEndpoints(this ILogger logger, int limit);

    [LoggerMessage(1400, LogLevel.Information, "Registering {Instance} with the registry '{Registry}'.")]
    internal static partial void Registering(this ILogger logger, string instance, string registry);

    [LoggerMessage(1401, LogLevel.Warning, "Taking leave may take {Needed} (propagation {Propagation}, requests under way {InFlight}, "
        + "deregistering {Deregister}), and the host stops waiting after {ShutdownTimeout}: raise HostOptions.ShutdownTimeout (and what "
        + "your platform waits before it kills), or lower HA:Registration:Drain.")]
    internal static partial void DrainDoesNotFit(
        this ILogger logger, TimeSpan needed, TimeSpan propagation, TimeSpan inFlight, TimeSpan deregister, TimeSpan shutdownTimeout);

    [LoggerMessage(1402, LogLevel.Information, "Taking leave may take {Needed}; the host waits {ShutdownTimeout}.")]
    internal static partial void DrainFits(this ILogger logger, TimeSpan needed, TimeSpan shutdownTimeout);

    [LoggerMessage(1403, LogLevel.Warning,
        "Registering {Address}, which only this machine reaches. For others, listen elsewhere or set HA:Registration:Address.")]
    internal static partial void OnlyThisMachine(this ILogger logger, string address);

    [LoggerMessage(1404, LogLevel.Information, "{Instance} is draining; it serves on for {Propagation} while the word spreads.")]
    internal static partial void Draining(this ILogger logger, string instance, TimeSpan propagation);

    [LoggerMessage(1405, LogLevel.Information, "{Instance} has left the registry, {Took} after it was told to stop.")]
    internal static partial void Left(this ILogger logger, string instance, TimeSpan took);

    [LoggerMessage(1406, LogLevel.Warning,
        "{Count} requests were still under way {Waited} after the word had spread; they end with the server.")]
    internal static partial void LeftInFlight(this ILogger logger, int count, TimeSpan waited);

    [LoggerMessage(1407, LogLevel.Warning, "The registration of {Instance} is {State}. {Error}")]
    internal static partial void RegistrationLost(this ILogger logger, string instance, RegistrationState state, string error);

    [LoggerMessage(1408, LogLevel.Information, "The registration of {Instance} is {State}. {Error}")]
    internal static partial void RegistrationChanged(this ILogger logger, string instance, RegistrationState state, string error);

    [LoggerMessage(1409, LogLevel.Error, "The background loop '{Loop}' broke.")]
    internal static partial void LoopBroke(this ILogger logger, string loop, Exception error);

    [LoggerMessage(1900, LogLevel.Warning, "A server was asked for '{Service}' and has a certificate of {Names}: it is not called.")]
    internal static partial void WrongPeer(this ILogger logger, string service, string names);

    [LoggerMessage(1901, LogLevel.Warning, "A caller has a certificate of {Names}, which HA:MutualTls does not allow: it is refused.")]
    internal static partial void CallerRefused(this ILogger logger, string names);

    [LoggerMessage(1902, LogLevel.Warning, "The certificate of {Names} is not believed: {Status}.")]
    internal static partial void NotTrusted(this ILogger logger, string names, string status);

    [LoggerMessage(1903, LogLevel.Information, "The certificates were written anew, and are used. This program's ends at {NotAfter:u}.")]
    internal static partial void CertificatesReloaded(this ILogger logger, DateTime notAfter);

    [LoggerMessage(1904, LogLevel.Warning, "The certificates were written anew and are not used; the former ones stay. {Reason}")]
    internal static partial void CertificatesNotReloaded(this ILogger logger, string reason);

    [LoggerMessage(1500, LogLevel.Information, "The configuration changed, and the new values count.")]
    internal static partial void Reloaded(this ILogger logger);

    [LoggerMessage(1501, LogLevel.Warning, "The configuration changed and is not used; the former values stay. {Reason}")]
    internal static partial void ReloadRefused(this ILogger logger, string reason);

    [LoggerMessage(1510, LogLevel.Information, "The configuration centre '{Centre}' is used. {Message}")]
    internal static partial void CentreApplied(this ILogger logger, string centre, string message);

    [LoggerMessage(1511, LogLevel.Warning, "What the configuration centre '{Centre}' says is not used; the former values stay. {Message}")]
    internal static partial void CentreRejected(this ILogger logger, string centre, string message);

    [LoggerMessage(1512, LogLevel.Information, "What the configuration centre '{Centre}' says is used again.")]
    internal static partial void CentreSettled(this ILogger logger, string centre);

    [LoggerMessage(1513, LogLevel.Warning, "The configuration centre '{Centre}' does not answer; what it said last is used. {Message}")]
    internal static partial void CentreLost(this ILogger logger, string centre, string message);

    [LoggerMessage(1514, LogLevel.Information, "The configuration centre '{Centre}' answers again.")]
    internal static partial void CentreRecovered(this ILogger logger, string centre);

    [LoggerMessage(1515, LogLevel.Warning, "The configuration centre '{Centre}' says nothing that does at the start. {Message}")]
    internal static partial void CentreRestored(this ILogger logger, string centre, string message);

    [LoggerMessage(1516, LogLevel.Warning, "The configuration centre '{Centre}' sets what it may not. {Message}")]
    internal static partial void CentreKeyDenied(this ILogger logger, string centre, string message);

    [LoggerMessage(1517, LogLevel.Warning,
        "What the configuration centre '{Centre}' says could not be kept, or what was kept is not used. {Message}")]
    internal static partial void CentreStoreFailed(this ILogger logger, string centre, string message);

    [LoggerMessage(1518, LogLevel.Error,
        "Somebody who follows the configuration broke when the centre '{Centre}' changed it. {Message}")]
    internal static partial void CentreListenerFailed(this ILogger logger, string centre, string message);

    [LoggerMessage(1502, LogLevel.Warning, "HA:Registry changed from {From} to {To}; that takes effect when the program starts again.")]
    internal static partial void RegistryIsCold(this ILogger logger, string from, string to);

    [LoggerMessage(1700, LogLevel.Critical, "Alert {Rule}, since {Since:u}: {Summary}")]
    internal static partial void CriticalAlert(this ILogger logger, AlertRule rule, string summary, DateTimeOffset since);

    [LoggerMessage(1701, LogLevel.Warning, "Alert {Rule}, since {Since:u}: {Summary}")]
    internal static partial void WarningAlert(this ILogger logger, AlertRule rule, string summary, DateTimeOffset since);

    [LoggerMessage(1702, LogLevel.Information, "The alert {Rule} of '{Service}' is over; it held for {Held}.")]
    internal static partial void AlertRecovered(this ILogger logger, AlertRule rule, string service, TimeSpan held);

    [LoggerMessage(1703, LogLevel.Warning, "The alert {Rule} of '{Service}' ({State}) could not be posted; it is tried again in "
        + "{RetryAfter}. {Reason}")]
    internal static partial void WebhookFailed(
        this ILogger logger, AlertRule rule, string service, AlertState state, TimeSpan retryAfter, string reason);

    [LoggerMessage(1704, LogLevel.Error, "The alert {Rule} of '{Service}' ({State}) was not posted, and is not tried again. {Reason}")]
    internal static partial void WebhookGaveUp(this ILogger logger, AlertRule rule, string service, AlertState state, string reason);

    [LoggerMessage(1705, LogLevel.Error, "The alert {Rule} of '{Service}' ({State}) was dropped: more than {Limit} wait for a receiver "
        + "that does not answer.")]
    internal static partial void WebhookDropped(this ILogger logger, AlertRule rule, string service, AlertState state, int limit);
}
