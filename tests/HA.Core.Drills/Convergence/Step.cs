namespace HA.Core.Drills.Convergence;

/// <summary>One thing that happens in a schedule.</summary>
/// <param name="After">Time since the step before it in the same line was over.</param>
/// <param name="What">A word of <see cref="Schedule"/>, or the name of a fault of the server.</param>
/// <param name="Target">Which instance, for those that concern one.</param>
/// <param name="For">How long it lasts, for those that last.</param>
internal readonly record struct Step(TimeSpan After, string What, int Target, TimeSpan For)
{
    public override string ToString() => For > TimeSpan.Zero
        ? $"+{After.TotalMilliseconds:0} {What} {For.TotalMilliseconds:0}"
        : $"+{After.TotalMilliseconds:0} {What}{(Target >= 0 ? $" {World.NameOf(Target)}" : "")}";
}
