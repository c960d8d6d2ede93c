using System.Reflection;

namespace HA.Core.Bench.Gates;

/// <summary>
/// Loops that are compiled once for each use: the compiler sees one kind of picker in each, as it does in a program that
/// uses one policy, and not all that are measured in one process.
/// </summary>
internal static class OwnLoop
{
    private static Type _next = typeof(byte);

    /// <summary>A generic method <c>Name&lt;TOwn&gt;(subject, count)</c> with a type of its own, warmed up.</summary>
    internal static Action<int> Of<T>(string name, Type owner, T subject)
    {
        // Methods are compiled anew for each value type.
        _next = typeof(ValueTuple<>).MakeGenericType(_next);
        var method = owner.GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(_next);
        var loop = method.CreateDelegate<Action<T, int>>();
        void Run(int count) => loop(subject, count);
        for (var i = 0; i < 100; i++) Run(100);
        Thread.Sleep(150);
        for (var i = 0; i < 100; i++) Run(100);
        Thread.Sleep(150);
        return Run;
    }
}
