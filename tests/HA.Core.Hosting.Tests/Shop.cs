using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting.Tests;

/// <summary>A typed client as programs write it.</summary>
internal sealed class CatalogClient(HttpClient http)
{
    internal Task<string> ItemAsync(int number) => http.GetStringAsync($"/items/{number}");
}

/// <summary>A program's services, over a configuration in memory that can be changed.</summary>
internal static class Shop
{
    internal static IConfigurationRoot Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(static v => v.Key, static v => v.Value)).Build();

    internal static ServiceCollection Services(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        return services;
    }

    /// <summary>A client of the catalog, with two instances named in the configuration; nothing goes over the network.</summary>
    internal static (ServiceCollection Services, IConfigurationRoot Configuration, StubServers Servers) WithClient(
        params (string Key, string? Value)[] values)
    {
        var configuration = Configuration([("Services:catalog:http:0", "10.0.0.5:81"), ("Services:catalog:http:1", "10.0.0.6:82"), .. values]);
        var services = Services(configuration);
        var servers = new StubServers();
        services.AddHighAvailability().AddStaticRegistry();
        services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog"))
            .ConfigurePrimaryHttpMessageHandler(() => servers).AddHighAvailability();
        return (services, configuration, servers);
    }
}
