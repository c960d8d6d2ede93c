namespace HA.Core.Simulation.Reports;

/// <summary>What happens in few runs, and must have happened in some: a search that never got there has not looked there.</summary>
public enum RareState
{
    /// <summary>Too few endpoints were fit, so others were used as well.</summary>
    PanicEntered,

    /// <summary>Enough were fit again.</summary>
    PanicLeft,

    /// <summary>A retry was not made because the budget was spent.</summary>
    RetryBudgetSpent,

    /// <summary>As many instances were ejected as the options allow, and they do not allow all.</summary>
    EjectionsAtCap,

    /// <summary>A call that tried an instance on probation failed.</summary>
    ProbeFailed,

    /// <summary>An instance proved itself on probation.</summary>
    ProbationPassed,

    /// <summary>Health checks ruled an instance out.</summary>
    CheckFailed,

    /// <summary>An instance was ejected because it was worse than its peers.</summary>
    OutlierEjected,

    /// <summary>Instances that vanished were kept for a while.</summary>
    MassRemovalHeld,

    /// <summary>The registry named nobody, and was not believed.</summary>
    EmptyAnswerHeld,

    /// <summary>The registry went back in its history.</summary>
    CatalogReset,

    /// <summary>The registry could be watched again after it could not.</summary>
    RegistryRecovered,

    /// <summary>A registration was lost.</summary>
    RegistrationLost,

    /// <summary>A call was made more often than the limit, because instances were found dead.</summary>
    FailoverBeyondLimit,

    /// <summary>A call was not made again because it is not idempotent.</summary>
    NotRepeated,

    /// <summary>A call ran into its deadline.</summary>
    DeadlineReached,

    /// <summary>A call found nobody to go to.</summary>
    NobodyLeft,

    /// <summary>An instance answered that it has too much to do.</summary>
    OverloadAnswered,

    /// <summary>A call was refused by the client itself.</summary>
    RefusedByClient,
}
