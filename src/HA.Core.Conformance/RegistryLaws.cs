using HA.Core.Registry;

namespace HA.Core.Conformance;

/// <summary>The sentences of the laws of <see cref="IServiceRegistry"/>, word for word as its documentation has them.</summary>
public static class RegistryLaws
{
    /// <summary>The sentences; law 1 is at index 0.</summary>
    public static IReadOnlyList<string> Sentences { get; } =
    [
        "Register then discover: what was registered is discovered by every reader, all its values intact.",
        "Registering again as the same owner replaces the entry, renews its lease and keeps its registration time.",
        "Every registration has its own lease: one that ends takes no other with it.",
        "An entry that is not renewed is gone no sooner than its time to live, and no later than that plus RemovalLatency.",
        "Renewing keeps an entry alive; renewing one that is gone answers Lost and creates nothing.",
        "Deregistering removes the entry before it returns, and is idempotent.",
        "An owner fences: registering an id with TakeOver replaces its former owner, whose renewals then answer Fenced and "
            + "whose deregistrations touch nothing.",
        "Without TakeOver, an id that lives under another owner stays with that owner: RegistrationFencedException.",
        "Discovering an unknown service gives an empty catalog; services do not see each other's entries.",
        "A watch delivers the current catalog first, even an empty one.",
        "A watch then delivers strictly newer revisions, and may leave out those in between: the last state always arrives, "
            + "however slow the reader.",
        "A watch ends by its token or by an exception, never by itself.",
        "A deregistered id is among Departed of the catalogs that follow, until it registers again or DepartureMemory has "
            + "passed; an expired id never is.",
        "A cancelled token ends any method promptly.",
    ];

    /// <summary>The sentence of a law.</summary>
    /// <param name="number">From 1.</param>
    public static string Sentence(int number) => Sentences[number - 1];
}
