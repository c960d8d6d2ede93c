namespace HA.Core.Simulation.History;

/// <summary>What an instance really was. Of several, the last one in this order that is true.</summary>
internal enum Truth
{
    /// <summary>Not there: not yet born, or left for good.</summary>
    Absent,

    /// <summary>It served as it should.</summary>
    Up,

    /// <summary>It served, and told health checks that it does not.</summary>
    Misreporting,

    /// <summary>It took longer for each call.</summary>
    Slow,

    /// <summary>It answered some calls with an error.</summary>
    Failing,

    /// <summary>Both.</summary>
    SlowAndFailing,

    /// <summary>It served, and was about to leave.</summary>
    Draining,

    /// <summary>Stopped on purpose, to come back.</summary>
    Away,

    /// <summary>No way led to it, or none led back.</summary>
    Unreachable,

    /// <summary>It accepted and did not answer.</summary>
    Hung,

    /// <summary>No process.</summary>
    Down,
}

/// <summary>What a client believed of an instance.</summary>
internal enum Belief
{
    /// <summary>It did not know it.</summary>
    Gone,

    /// <summary>It sent calls there.</summary>
    Usable,

    /// <summary>It was on probation.</summary>
    Probing,

    /// <summary>It was about to leave.</summary>
    Draining,

    /// <summary>It was ruled out.</summary>
    Ejected,
}
