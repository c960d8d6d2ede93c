namespace HA.Core.Alerting;

/// <summary>What an alert is about.</summary>
public enum AlertRule : byte
{
    /// <summary>Not one instance of a service is fit, or nobody is there at all.</summary>
    NoHealthyInstance = 0,

    /// <summary>Too few instances are fit, so that some that are not are used as well.</summary>
    Panic = 1,

    /// <summary>Many instances of a service are out at once.</summary>
    MassEjection = 2,

    /// <summary>The registry does not answer.</summary>
    RegistryLost = 3,

    /// <summary>The registry has not answered for so long that what it said last may no longer be true.</summary>
    StaleCatalog = 4,

    /// <summary>Calls fail that would have been made again, had the retry budget not been spent.</summary>
    RetryBudgetExhausted = 5,

    /// <summary>This program is not in the registry.</summary>
    RegistrationLost = 6,
}

/// <summary>How much an alert matters.</summary>
public enum AlertSeverity : byte
{
    /// <summary>Calls still succeed; somebody should look today.</summary>
    Warning = 0,

    /// <summary>Calls fail, or soon will; somebody should look now.</summary>
    Critical = 1,
}

/// <summary>Whether an alert begins or ends.</summary>
public enum AlertState : byte
{
    /// <summary>It has held for as long as its rule says.</summary>
    Firing = 0,

    /// <summary>It holds no longer. Told once for each that was told to fire.</summary>
    Recovered = 1,
}

/// <summary>One message of the alerts.</summary>
/// <param name="Rule">What it is about.</param>
/// <param name="Service">The service that it is about.</param>
/// <param name="State">Whether it begins or ends.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Since">When its condition was first seen to hold.</param>
/// <param name="At">When the message was made.</param>
/// <param name="Summary">In words, of known origin: nothing in it was written by an instance or a registry.</param>
public sealed record Alert(
    AlertRule Rule, string Service, AlertState State, AlertSeverity Severity, DateTimeOffset Since, DateTimeOffset At, string Summary);

/// <summary>Takes the messages of the alerts.</summary>
/// <remarks>
/// Laws: (1) it returns at once: what takes time is queued, and the queue is bounded. (2) It does not throw. (3) It is told one message
/// at a time, in order.
/// </remarks>
public interface IAlertSink
{
    /// <summary>Takes one message.</summary>
    void Take(Alert alert);
}

/// <summary>Hands the messages of the alerts to a method.</summary>
/// <param name="take">Returns at once, and does not throw.</param>
public sealed class DelegateAlertSink(Action<Alert> take) : IAlertSink
{
    /// <inheritdoc/>
    public void Take(Alert alert) => take(alert);
}
