using HA.Core.Hosting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

// A web API that registers itself: dotnet run --project samples/Shop/Catalog -- --urls http://127.0.0.1:0
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHighAvailability()
    // One of them is used: HA:Registry in appsettings.json says which.
    .AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry()
    .AddSelfRegistration();
builder.Services.AddHealthChecks().AddHighAvailability();

var app = builder.Build();
var id = app.Configuration["HA:Registration:Id"] ?? $"process {Environment.ProcessId}";
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready") });
app.MapGet("/items/{number:int}", (int number) => new { Number = number, ServedBy = id });
app.Run();
