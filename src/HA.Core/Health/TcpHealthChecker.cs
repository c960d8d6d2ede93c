using System.Net.Sockets;

namespace HA.Core.Health;

/// <summary>Checks that an instance accepts connections. Says nothing of what it would answer.</summary>
/// <remarks>Safe for concurrent use. Talks to real sockets, so it has no place in a simulation.</remarks>
public sealed class TcpHealthChecker : IHealthChecker
{
    /// <inheritdoc/>
    public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(instance.Address, instance.Port, cancellationToken).ConfigureAwait(false);
            return new HealthCheckResult(true, "connected");
        }
        catch (SocketException e)
        {
            return new HealthCheckResult(false, $"connecting failed: {e.SocketErrorCode}");
        }
    }
}
