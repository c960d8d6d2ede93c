using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Conformance;

/// <summary>
/// Holds a registry to the laws of <see cref="IServiceRegistry"/>. Knows no test framework: each law is a method that
/// throws <see cref="ConformanceException"/>, and <see cref="Laws"/> lists them all.
/// </summary>
/// <remarks>
/// All that the author of a provider writes, here for xunit:
/// <code>
/// public sealed class MyRegistryConformance : RegistryConformance
/// {
///     protected override ValueTask&lt;IServiceRegistry&gt; CreateAsync() =&gt; new(new MyRegistry("http://localhost:8500"));
///
///     public static TheoryData&lt;string&gt; Names =&gt; new(new MyRegistryConformance().Laws.Select(l =&gt; l.Name));
///
///     [Theory, MemberData(nameof(Names))]
///     public Task Holds(string name) =&gt; Laws.Single(l =&gt; l.Name == name).CheckAsync();
/// }
/// </code>
/// Every law uses a service name of its own, so one server serves any number of runs, side by side too. Nothing sleeps
/// for a fixed time: a law waits for a condition, up to a bound that the registry's own capabilities give.
/// </remarks>
public abstract partial class RegistryConformance
{
    private IReadOnlyList<ConformanceLaw>? _laws;

    /// <summary>Every test of every law, in the order of the laws.</summary>
    public IReadOnlyList<ConformanceLaw> Laws => _laws ??= ListLaws();

    /// <summary>Clock and scheduler that the laws wait on; the registry's own, if it is given one.</summary>
    /// <value>The machine's by default. In a simulation the same laws pass in virtual time.</value>
    protected virtual ServiceEnvironment Environment => ServiceEnvironment.System;

    /// <summary>
    /// Time to live of the entries that are to expire, if the registry allows one so short. Shorter is quicker, and less
    /// tolerant of a busy machine.
    /// </summary>
    /// <value>The default is 2 s.</value>
    protected virtual TimeSpan TimeToLive => TimeSpan.FromSeconds(2);

    /// <summary>Longest that anything may take that has no bound of its own, such as a change reaching a watch.</summary>
    /// <value>The default is 10 s.</value>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(10);

    /// <summary>Time between two looks at a condition that is waited for.</summary>
    /// <value>The default is 20 ms.</value>
    protected virtual TimeSpan PollInterval => TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Under which name, with the server's version, the results are reported: a line of the matrix that
    /// <see cref="ConformanceReport"/> describes.
    /// </summary>
    /// <value>The default is null: nothing is reported.</value>
    protected virtual string? ReportedAs => null;

    /// <summary>Opens the registry to be judged. It is disposed at the end of the law.</summary>
    protected abstract ValueTask<IServiceRegistry> CreateAsync();

    /// <summary>Opens a second connection to the same store, as another process would; disposed like the first.</summary>
    /// <returns>The same object by default, for registries that have no connections.</returns>
    protected virtual ValueTask<IServiceRegistry> ConnectAgainAsync(IServiceRegistry first) => new(first);

    private async Task CheckAsync(int law, Func<LawTrial, Task> body, [CallerMemberName] string test = "")
    {
        var holds = false;
        try
        {
            await JudgeAsync(law, body).ConfigureAwait(false);
            holds = true;
        }
        finally
        {
            if (ReportedAs is { } provider) ConformanceReport.Write(provider, Laws, test, holds);
        }
    }

    private async Task JudgeAsync(int law, Func<LawTrial, Task> body)
    {
        var registry = await CreateAsync().ConfigureAwait(false);
        await using var _ = registry.ConfigureAwait(false);
        var trial = new LawTrial(law, registry, Environment, TimeToLive, Patience, PollInterval);
        try
        {
            await body(trial).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ConformanceException)
        {
            throw trial.Failure($"{e.GetType().Name}: {e.Message}", e);
        }
    }
}
