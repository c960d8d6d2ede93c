namespace HA.Core.Health;

/// <summary>Judges one endpoint by the outcomes of real calls. One instance serves one endpoint.</summary>
/// <remarks>Safe for concurrent use, and quick: it is asked after every call.</remarks>
public interface IFailureDetector
{
    /// <summary>Takes an outcome. Null: keep the endpoint. A value: eject it for at least so long.</summary>
    TimeSpan? Observe(in CallOutcome outcome);

    /// <summary>The same, from somebody who counts successes already.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="successes">Successes of the endpoint so far, this one included, modulo <see cref="OutcomeTally.CountLimit"/>.</param>
    internal TimeSpan? Observe(in CallOutcome outcome, long successes) => Observe(outcome);

    /// <summary>Forgets everything: the endpoint has proven itself.</summary>
    void Reset();
}
