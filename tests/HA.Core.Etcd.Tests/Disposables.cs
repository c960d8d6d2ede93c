namespace HA.Core.Etcd.Tests;

/// <summary>Several things that are disposed together.</summary>
internal sealed class Disposables(IEnumerable<IAsyncDisposable> items) : IAsyncDisposable
{
    private readonly IAsyncDisposable[] _items = [.. items];

    public async ValueTask DisposeAsync()
    {
        foreach (var item in _items) await item.DisposeAsync();
    }
}
