using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>The share of bad calls in a window of ten seconds, by counting all that ever came: what a detector must agree with.</summary>
internal sealed class CountedShare(ManualTime clock, double share, int minCalls)
{
    private readonly List<(long Second, bool IsBad)> _seen = [];

    /// <summary>Takes a call that ends now, and answers whether it ejects.</summary>
    public bool Add(bool isBad)
    {
        var second = clock.GetTimestamp() / TimeSpan.TicksPerSecond;
        _seen.Add((second, isBad));
        var window = _seen.FindAll(s => s.Second > second - 10);
        return isBad && window.Count >= minCalls && window.Count(static s => s.IsBad) >= share * window.Count;
    }
}
