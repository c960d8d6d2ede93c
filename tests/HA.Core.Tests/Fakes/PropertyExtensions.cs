using System.Globalization;
using FsCheck;
using Microsoft.FSharp.Core;

namespace HA.Core.Tests.Fakes;

internal static class PropertyExtensions
{
    /// <summary>
    /// Checks a property on <paramref name="count"/> cases and throws on the first that fails. The failure names its seed;
    /// HA_SEED=seed,gamma replays it.
    /// </summary>
    public static void Check(this Property property, int count)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true);
        if (Environment.GetEnvironmentVariable("HA_SEED") is { Length: > 0 } seed)
        {
            var parts = seed.Trim('(', ')').Split(',');
            var rnd = new Rnd(ulong.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(rnd, FSharpOption<int>.None)));
        }

        FsCheck.Check.One(config, property);
    }
}
