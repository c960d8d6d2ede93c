using System.Net.Http.Json;

/// <summary>A typed client as one would write it without high availability.</summary>
internal sealed class CatalogClient(HttpClient http)
{
    internal Task<Item?> ItemAsync(int number, CancellationToken cancellationToken) =>
        http.GetFromJsonAsync<Item>($"/items/{number}", cancellationToken);
}

internal sealed record Item(int Number, string ServedBy);
