using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>Takes scenarios apart for whoever writes them down: what of them is not as it would be anyway.</summary>
[RequiresUnreferencedCode("Looks at the properties of whatever a scenario is made of.")]
public static class Described
{
    /// <summary>The properties of a record whose values differ from those of a new one, in the order of their declaration.</summary>
    /// <param name="record">A record that can be made without arguments.</param>
    public static ImmutableArray<KeyValuePair<string, object?>> Changes(object record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var type = record.GetType();
        var plain = Activator.CreateInstance(type)!;
        var changed = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is not null && !AreAlike(p.GetValue(record), p.GetValue(plain)))
            .OrderBy(static p => p.DeclaringType == p.ReflectedType ? 1 : 0)
            .ToList();
        // Some defaults follow from other properties: what the others make it anyway is left out.
        foreach (var property in changed.ToArray())
        {
            var rest = Activator.CreateInstance(type)!;
            foreach (var other in changed.Where(o => o != property)) other.SetValue(rest, other.GetValue(record));
            if (AreAlike(property.GetValue(record), property.GetValue(rest))) changed.Remove(property);
        }

        return [.. changed.Select(p => KeyValuePair.Create(p.Name, p.GetValue(record)))];
    }

    /// <summary>What a distribution is made of: the arguments of the constructor that makes it, by name.</summary>
    /// <exception cref="NotSupportedException">It does not tell.</exception>
    public static ImmutableArray<KeyValuePair<string, object?>> Parts(Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        var type = distribution.GetType();
        foreach (var constructor in type.GetConstructors())
        {
            var names = constructor.GetParameters().Select(static p => p.Name!).ToArray();
            var properties = Array.ConvertAll(
                names, n => type.GetProperty(n, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase));
            var fits = properties.Zip(constructor.GetParameters())
                .All(static p => p.First?.PropertyType.IsAssignableTo(p.Second.ParameterType) ?? false);
            if (fits) return [.. names.Zip(properties, (n, p) => KeyValuePair.Create(n, p!.GetValue(distribution)))];
        }

        throw new NotSupportedException($"A distribution of type {type.Name} cannot be written down: it does not tell what it is made of.");
    }

    private static bool AreAlike(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (Target x, Target y) => x.Text == y.Text,
        (Distribution x, Distribution y) => x.GetType() == y.GetType() && Parts(x).SequenceEqual(Parts(y), AlikeEntries.Instance),
        (IEnumerable x and not string, IEnumerable y) => x.Cast<object>().SequenceEqual(y.Cast<object>()),
        _ => a.Equals(b) || (IsRecord(a) && a.GetType() == b.GetType() && Changes(a).SequenceEqual(Changes(b), AlikeEntries.Instance)),
    };

    private static bool IsRecord(object value) => value is not (string or ValueType) && value.GetType().GetConstructor([]) is not null;

    [RequiresUnreferencedCode("Looks at the properties of whatever a scenario is made of.")]
    private sealed class AlikeEntries : IEqualityComparer<KeyValuePair<string, object?>>
    {
        internal static readonly AlikeEntries Instance = new();

        public bool Equals(KeyValuePair<string, object?> x, KeyValuePair<string, object?> y) =>
            x.Key == y.Key && AreAlike(x.Value, y.Value);

        public int GetHashCode(KeyValuePair<string, object?> obj) => StringComparer.Ordinal.GetHashCode(obj.Key);
    }
}
