using System.Collections.Immutable;

namespace HA.Core.Registry;

/// <summary>How two registries differ on one service. Ids are in ordinal order.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Missing">In the registry that is read, and not in the other one.</param>
/// <param name="Extra">In the other one only.</param>
/// <param name="Different">In both, with different values (but for the time of registration, which each tells by its own clock).</param>
public sealed record RegistryDrift(
    string Service, ImmutableArray<string> Missing, ImmutableArray<string> Extra, ImmutableArray<string> Different)
{
    /// <summary>Whether the two agree.</summary>
    public bool IsEmpty => Missing.IsEmpty && Extra.IsEmpty && Different.IsEmpty;

    /// <summary>For people: <c>orders: 2 missing (a, b), 0 extra, 1 different (c)</c>.</summary>
    public override string ToString() =>
        $"{Service}: {Part(Missing, "missing")}, {Part(Extra, "extra")}, {Part(Different, "different")}";

    internal static RegistryDrift Between(ServiceCatalog read, ServiceCatalog other)
    {
        var theirs = other.Instances.ToDictionary(static i => i.Id, StringComparer.Ordinal);
        var missing = ImmutableArray.CreateBuilder<string>();
        var different = ImmutableArray.CreateBuilder<string>();
        foreach (var mine in read.Instances)
        {
            if (!theirs.Remove(mine.Id, out var same)) missing.Add(mine.Id);
            else if (!mine.WithRegisteredAt(null).Equals(same.WithRegisteredAt(null))) different.Add(mine.Id);
        }

        ImmutableArray<string> extra = [.. theirs.Keys.Order(StringComparer.Ordinal)];
        return new RegistryDrift(read.Service, missing.ToImmutable(), extra, different.ToImmutable());
    }

    /// <summary>What both comparisons found: a change that was on its way during one of them is no drift.</summary>
    internal RegistryDrift Lasting(RegistryDrift before) =>
        new(Service, Both(Missing, before.Missing), Both(Extra, before.Extra), Both(Different, before.Different));

    internal bool IsSame(RegistryDrift other) =>
        Missing.SequenceEqual(other.Missing) && Extra.SequenceEqual(other.Extra) && Different.SequenceEqual(other.Different);

    private static ImmutableArray<string> Both(ImmutableArray<string> now, ImmutableArray<string> before) =>
        [.. now.Where(id => before.AsSpan().BinarySearch(id, StringComparer.Ordinal) >= 0)];

    private static string Part(ImmutableArray<string> ids, string what) =>
        ids.IsEmpty ? $"0 {what}" : $"{ids.Length} {what} ({string.Join(", ", ids.Take(5))}{(ids.Length > 5 ? ", ..." : "")})";
}
