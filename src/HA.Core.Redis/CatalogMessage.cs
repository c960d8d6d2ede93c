using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HA.Core.Redis;

/// <summary>
/// One change, as the script that made it announced it: a JSON array of epoch, revision, kind and details. Messages may be
/// lost, come twice or be forged by whoever may publish; they are applied only where they follow on what is known, and the
/// next read corrects what they say.
/// </summary>
/// <param name="Epoch">That of the service when it was changed.</param>
/// <param name="Revision">That which the change made.</param>
/// <param name="Kind">One of the constants, or what a later version calls it.</param>
/// <param name="Details">Of a put: id, document and owner line. Otherwise ids.</param>
internal sealed record CatalogMessage(string Epoch, long Revision, string Kind, ImmutableArray<string> Details)
{
    /// <summary>Registered, or changed.</summary>
    internal const string Put = "put";

    /// <summary>Deregistered on purpose.</summary>
    internal const string Left = "left";

    /// <summary>Their time ran out.</summary>
    internal const string Ended = "ended";

    private const int MaxLength = 1 << 20;

    /// <summary>The change in a message; null if it is none that this version knows: then only that something changed.</summary>
    internal static CatalogMessage? Of(string? text)
    {
        if (text is null or { Length: 0 or > MaxLength }) return null;
        try
        {
            var parts = JsonSerializer.Deserialize(text, CatalogMessageJson.Default.StringArray);
            return parts is [{ Length: > 0 } epoch, { } revision, { } kind, .. var details] && details.All(static d => d is not null)
                && long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? new CatalogMessage(epoch, number, kind, [.. details])
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How messages are read, without reflection.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class CatalogMessageJson : JsonSerializerContext;
