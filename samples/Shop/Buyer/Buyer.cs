using System.Collections.Concurrent;

/// <summary>Several buyers at once, and a line about them four times a second.</summary>
internal sealed class Buyer(CatalogClient catalog) : BackgroundService
{
    private const int Buyers = 4;

    private readonly ConcurrentDictionary<string, int> _servedBy = new(StringComparer.Ordinal);
    private int _calls;
    private int _failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var buyers = Enumerable.Range(0, Buyers).Select(_ => Task.Run(() => BuyAsync(stoppingToken), CancellationToken.None)).ToArray();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(250), stoppingToken));
            Tell();
        }

        // What was asked for is waited for.
        await Task.WhenAll(buyers);
        Tell();
    }

    private async Task BuyAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _calls);
            try
            {
                var item = await catalog.ItemAsync(number, CancellationToken.None);
                if (item?.Number != number) throw new InvalidOperationException($"Asked for {number}, got {item}.");
                _servedBy.AddOrUpdate(item.ServedBy, 1, static (_, n) => n + 1);
            }
            catch (Exception e)
            {
                Interlocked.Increment(ref _failed);
                Console.Error.WriteLine($"call {number} failed: {e.Message}");
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(5), stop));
        }
    }

    // Who has answered since the last line.
    private void Tell()
    {
        var by = _servedBy.Keys.Order(StringComparer.Ordinal).ToArray();
        foreach (var id in by) _servedBy.TryRemove(id, out _);
        Console.WriteLine($"calls={_calls} failed={_failed} from={string.Join(',', by)}");
    }
}
