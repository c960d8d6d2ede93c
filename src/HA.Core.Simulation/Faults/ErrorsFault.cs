using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances answer some calls with an error, after their usual time and with good health checks.</summary>
public sealed record ErrorsFault : InstanceFault
{
    /// <summary>Share of the calls.</summary>
    public double Share { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "errors";

    internal override bool Disables => Share >= 1;

    /// <inheritdoc/>
    public override string Describe() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Share * 100:0.##} % errors");

    internal override void Strike(World world, InstanceProcess process) => process.Instance.ErrorShare = Share;

    internal override void Heal(World world, InstanceProcess process) => process.Instance.ErrorShare = 0;
}
