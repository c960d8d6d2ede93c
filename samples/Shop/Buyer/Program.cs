using HA.Core.Hosting;

// A worker that calls the catalog all the time, and tells how it went: dotnet run --project samples/Shop/Buyer
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHighAvailability()
    // One of them is used: HA:Registry in appsettings.json says which.
    .AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry();
builder.Services.AddHttpClient<CatalogClient>(static client => client.BaseAddress = new Uri("http://catalog"))
    .AddHighAvailability();
builder.Services.AddHostedService<Buyer>();
builder.Build().Run();
