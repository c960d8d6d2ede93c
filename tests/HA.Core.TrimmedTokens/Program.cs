using System.Net;
using HA.Core.Hosting;

// Calls itself with a token and without, and tells what came of it: for the test that publishes it trimmed.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHighAvailability().AddInMemoryRegistry().AddSelfRegistration().AddServiceTokens();
builder.Services.AddAuthentication(ServiceTokenHosting.Scheme).AddHaServiceTokens();
builder.Services.AddAuthorization();
builder.Services.AddHttpClient("shop", static client => client.BaseAddress = new Uri("http://shop")).AddHighAvailability().AddServiceTokens();
builder.Services.AddHttpClient("stranger", static client => client.BaseAddress = new Uri("http://shop")).AddHighAvailability();

await using var app = builder.Build();
app.MapGet("/who", static (HttpContext context) => context.Response.WriteAsync(context.User.Identity!.Name!)).RequireAuthorization();
await app.StartAsync();

var pool = app.Services.GetRequiredService<ServiceDirectory>().PoolOf("shop");
for (var seen = pool.Snapshot; seen.All.IsEmpty; seen = pool.Snapshot) await pool.WaitForChangeAsync(seen.Version, CancellationToken.None);
var clients = app.Services.GetRequiredService<IHttpClientFactory>();
using var stranger = await clients.CreateClient("stranger").GetAsync(new Uri("/who", UriKind.Relative));
Console.WriteLine($"called by {await clients.CreateClient("shop").GetStringAsync(new Uri("/who", UriKind.Relative))}");
await app.StopAsync();
return stranger.StatusCode == HttpStatusCode.Unauthorized ? 0 : 1;
