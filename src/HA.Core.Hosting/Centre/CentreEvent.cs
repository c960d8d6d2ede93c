namespace HA.Core.Hosting.Centre;

/// <summary>Something happened to the configuration that comes from a centre.</summary>
/// <param name="Kind">What.</param>
/// <param name="Centre">Name of the centre.</param>
/// <param name="Message">For people. Never a value of a key that was accepted, nor a credential.</param>
public sealed record CentreEvent(CentreEventKind Kind, string Centre, string Message);

/// <summary>What can happen to the configuration that comes from a centre.</summary>
public enum CentreEventKind
{
    /// <summary>What it says is used.</summary>
    Applied = 0,

    /// <summary>What it says will not do; what was used before stays.</summary>
    Rejected = 1,

    /// <summary>What it says does again, and is what is used.</summary>
    Settled = 2,

    /// <summary>It does not answer; what it said last stays, and it is asked again and again.</summary>
    Lost = 3,

    /// <summary>It answers again.</summary>
    Recovered = 4,

    /// <summary>It does not answer at the start; what was kept on disk is used until it does.</summary>
    Restored = 5,

    /// <summary>A key that it may not set was left out.</summary>
    Denied = 6,

    /// <summary>What it said could not be kept on disk, or what was kept is not used.</summary>
    StoreFailed = 7,

    /// <summary>Somebody who follows the configuration of the program broke when it changed.</summary>
    ListenerFailed = 8,
}
