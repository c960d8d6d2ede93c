using System.Reflection;
using System.Runtime;

namespace HA.Core.Bench.Gates;

/// <summary>
/// Loops that are compiled once for each use: the compiler sees one kind of picker in each, as it does in a program that
/// uses one policy, and not all that are measured in one process.
/// </summary>
internal static class OwnLoop
{
    private const int CallsOfPhase = 40;
    private const int MostPhases = 20;
    private const int QuietPhases = 3;
    private const int PauseMilliseconds = 120;

    private static Type _next = typeof(byte);

    /// <summary>A generic method <c>Name&lt;TOwn&gt;(subject, count)</c> with a type of its own, warmed up.</summary>
    internal static Action<int> Of<T>(string name, Type owner, T subject)
    {
        // Methods are compiled anew for each value type.
        _next = typeof(ValueTuple<>).MakeGenericType(_next);
        var method = owner.GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(_next);
        var loop = method.CreateDelegate<Action<T, int>>();
        void Run(int count) => loop(subject, count);
        WarmUp(Run);
        return Run;
    }

    /// <summary>Calls it, with pauses in which the compiler looks at what is called often, until nothing is compiled any more.</summary>
    /// <remarks>The compiler waits for a pause of 0.1 s, watches thirty calls, and compiles twice; a busy machine makes it late.</remarks>
    internal static void WarmUp(Action<int> run)
    {
        var quiet = 0;
        for (var phase = 0; phase < MostPhases && quiet < QuietPhases; phase++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            for (var call = 0; call < CallsOfPhase; call++) run(100);
            Thread.Sleep(PauseMilliseconds);
            quiet = JitInfo.GetCompiledMethodCount() == compiled ? quiet + 1 : 0;
        }
    }
}
