namespace HA.Core.Simulation.Model;

/// <summary>What is wrong with the registry at a moment, as its users feel it.</summary>
internal sealed record RegistrySymptoms
{
    internal static RegistrySymptoms None { get; } = new();

    /// <summary>Connections are refused and those that are open break.</summary>
    internal bool IsDown { get; init; }

    /// <summary>It accepts, and answers nothing.</summary>
    internal bool IsFrozen { get; init; }

    /// <summary>It answers, and says that nobody is there.</summary>
    internal bool AnswersEmpty { get; init; }

    /// <summary>It reads but does not write.</summary>
    internal bool RefusesWrites { get; init; }

    /// <summary>Watches say nothing after their first word.</summary>
    internal bool SilencesWatches { get; init; }

    /// <summary>Watches that are begun say nothing at all, for ever.</summary>
    internal bool MutesWatches { get; init; }

    /// <summary>Whether a request is done at once, though its answer may be lost.</summary>
    internal bool DoesWhatItIsAsked => !IsDown && !IsFrozen && !RefusesWrites && ErrorShare == 0 && Delay == TimeSpan.Zero;

    /// <summary>How much longer everything takes.</summary>
    internal TimeSpan Delay { get; init; }

    /// <summary>How old the truth is that readers are told.</summary>
    internal TimeSpan Lag { get; init; }

    /// <summary>Share of the requests that are refused.</summary>
    internal double ErrorShare { get; init; }

    /// <summary>Share of the answers to writes that are lost.</summary>
    internal double LostAnswerShare { get; init; }

    /// <summary>Both at once: of each symptom the worse.</summary>
    internal RegistrySymptoms And(RegistrySymptoms other) => new()
    {
        IsDown = IsDown || other.IsDown,
        IsFrozen = IsFrozen || other.IsFrozen,
        AnswersEmpty = AnswersEmpty || other.AnswersEmpty,
        RefusesWrites = RefusesWrites || other.RefusesWrites,
        SilencesWatches = SilencesWatches || other.SilencesWatches,
        MutesWatches = MutesWatches || other.MutesWatches,
        Delay = Delay > other.Delay ? Delay : other.Delay,
        Lag = Lag > other.Lag ? Lag : other.Lag,
        ErrorShare = Math.Max(ErrorShare, other.ErrorShare),
        LostAnswerShare = Math.Max(LostAnswerShare, other.LostAnswerShare),
    };
}
