using System.Net;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>A real HTTP server on loopback that says who it is.</summary>
internal sealed class LoopbackInstance : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    internal LoopbackInstance(string service, string id)
    {
        var port = LoopbackPort.Free();
        Instance = new ServiceInstance(service, id, "127.0.0.1", port);
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    internal ServiceInstance Instance { get; }

    public async ValueTask DisposeAsync()
    {
        ((IDisposable)_listener).Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                context.Response.ContentType = "application/json";
                context.Response.Close(System.Text.Encoding.UTF8.GetBytes($"\"{Instance.Id}\""), willBlock: false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }
}
