using System.Text.Json.Serialization;
using HA.Core.Hosting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

// A web API that registers itself: dotnet run --project samples/Shop/Catalog -- --urls http://127.0.0.1:0
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHighAvailability()
    // One of them is used: HA:Registry in appsettings.json says which.
    .AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry()
    .AddSelfRegistration();
builder.Services.ConfigureHttpJsonOptions(static o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, ItemJson.Default));
builder.Services.AddHealthChecks().AddHighAvailability();

var app = builder.Build();
var id = app.Configuration["HA:Registration:Id"] ?? $"process {Environment.ProcessId}";
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready") });
app.MapGet("/items/{number:int}", (int number) => new Item(number, id));
app.Run();

internal sealed record Item(int Number, string ServedBy);

// Made by the compiler instead of reflection: this is what lets the program be trimmed.
[JsonSerializable(typeof(Item))]
internal sealed partial class ItemJson : JsonSerializerContext;
