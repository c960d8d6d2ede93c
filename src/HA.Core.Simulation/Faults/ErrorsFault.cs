using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances answer some calls with an error, after their usual time or at once, and with good health checks.</summary>
public sealed record ErrorsFault : InstanceFault
{
    /// <summary>Share of the calls.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Whether those calls fail at once, without taking a worker or their usual time.</summary>
    public bool Fast { get; init; }

    /// <inheritdoc/>
    public override string Kind => "errors";

    internal override bool Disables => Share >= 1;

    /// <inheritdoc/>
    public override string Describe() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Share * 100:0.##} % {(Fast ? "fast " : "")}errors");

    internal override void Strike(World world, InstanceProcess process) =>
        (process.Instance.ErrorShare, process.Instance.FailsAtOnce) = (Share, Fast);

    internal override void Heal(World world, InstanceProcess process) =>
        (process.Instance.ErrorShare, process.Instance.FailsAtOnce) = (0, false);
}
