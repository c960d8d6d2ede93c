using HA.Core;
using HA.Core.Http;
using HA.Core.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

// Two instances of a service, each a real server on a free port.
var servers = new[] { await StartAsync(), await StartAsync() };
var ports = Array.ConvertAll(servers, static s => new Uri(s.Urls.First()).Port);

// README: begin
await using var registry = new InMemoryRegistry();

// In the service: register each instance, and keep it registered whatever happens to the registry.
await using var first = new RegistrationKeeper(registry, new ServiceInstance("orders", "orders-1", "127.0.0.1", ports[0]));
await using var second = new RegistrationKeeper(registry, new ServiceInstance("orders", "orders-2", "127.0.0.1", ports[1]));

await first.WaitUntilRegisteredAsync();
await second.WaitUntilRegisteredAsync();

// In its clients: call it by name. What fails is left out, and the call goes to another instance.
await using var client = new HaServiceClient(registry);
var order = await client.GetAsync<Order>("orders", "/orders/7");
// README: end

Console.WriteLine(order);
await servers[0].DisposeAsync();
for (var i = 0; i < 100; i++) order = await client.GetAsync<Order>("orders", "/orders/7");
Console.WriteLine($"100 more calls with one instance gone: {order}");
await servers[1].DisposeAsync();

static async Task<WebApplication> StartAsync()
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    var app = builder.Build();
    app.MapGet("/orders/{id}", static (int id) => Results.Json(new Order(id, "shipped")));
    await app.StartAsync();
    return app;
}

internal sealed record Order(int Id, string State);
