using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>A typed client as one would write it without high availability.</summary>
internal sealed class CatalogClient(HttpClient http)
{
    internal Task<Item?> ItemAsync(int number, CancellationToken cancellationToken) =>
        http.GetFromJsonAsync($"/items/{number}", ItemJson.Default.Item, cancellationToken);
}

internal sealed record Item(int Number, string ServedBy);

// Made by the compiler instead of reflection: this is what lets the program be trimmed.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Item))]
internal sealed partial class ItemJson : JsonSerializerContext;
