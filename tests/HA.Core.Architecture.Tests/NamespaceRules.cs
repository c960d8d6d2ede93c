namespace HA.Core.Architecture.Tests;

/// <summary>Who may see whom inside the core.</summary>
internal static class NamespaceRules
{
    // "" is the root, which everybody sees.
    public static readonly Dictionary<string, string[]> MaySee = new(StringComparer.Ordinal)
    {
        [""] = [],
        ["Time"] = [],
        ["Registry"] = ["Time"],
        ["Endpoints"] = ["Time"],
        ["Balancing"] = ["Time", "Endpoints"],
        ["Calls"] = ["Time", "Endpoints"],
        ["Health"] = ["Time", "Endpoints", "Calls"],
        ["Client"] = ["Time", "Registry", "Endpoints", "Balancing", "Calls", "Health"],
        ["Alerting"] = ["Time", "Registry", "Endpoints", "Client"],
        ["Http"] = ["Time", "Registry", "Endpoints", "Balancing", "Calls", "Health", "Client"],
    };

    public static IEnumerable<string> Violations(IEnumerable<Type> types, string root = "HA.Core") =>
        from type in types
        let own = RoomOf(type, root)
        where own is not null
        from used in TypeUses.Of(type)
        let other = RoomOf(used, root)
        where other is not null && other.Length > 0 && other != own && !MaySee[own].Contains(other, StringComparer.Ordinal)
        select $"{type.FullName} sees {used.FullName}";

    private static string? RoomOf(Type type, string root) => type.Namespace == root ? ""
        : type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true ? type.Namespace[(root.Length + 1)..]
        : null;
}
