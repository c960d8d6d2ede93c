using HA.Core.Registry;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Registry;

public class CatalogWatcherTests
{
    [Fact]
    public void Dispose_WhileRemovalsAreHeld_EndsWithoutError()
    {
        var listener = new RecordingListener();
        var environment = new ManualEnvironment(listener);
        var registry = new InMemoryRegistry(environment);
        for (var i = 0; i < 3; i++)
        {
            var terms = new RegistrationTerms($"o{i}", TimeSpan.FromDays(1), TakeOver: true);
            _ = environment.Start(() => registry.RegisterAsync(Orders.Instance(i), terms, CancellationToken.None).AsTask());
        }

        var watcher = new CatalogWatcher(registry, Orders.Service, static _ => { }, environment);
        environment.RunPosted();
        registry.Wipe();
        environment.RunPosted();
        Assert.Equal((CatalogOrigin.Held, 3), (watcher.View.Origin, watcher.View.Held));
        var disposal = environment.Start(() => watcher.DisposeAsync().AsTask());
        Assert.True(disposal.IsCompletedSuccessfully);
        Assert.Empty(listener.LoopErrors);
    }
}
