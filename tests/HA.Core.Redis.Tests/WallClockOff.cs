namespace HA.Core.Redis.Tests;

/// <summary>The machine's world but for a wall clock that is wrong.</summary>
internal sealed class WallClockOff(TimeSpan error) : ServiceEnvironment(new ServiceEventListener())
{
    public override TimeProvider Time { get; } = new Wrong(error);

    public override RandomStream Random(string purpose) => System.Random(purpose);

    public override void Post(Action<object?> callback, object? state) => System.Post(callback, state);

    private sealed class Wrong(TimeSpan error) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + error;
    }
}
