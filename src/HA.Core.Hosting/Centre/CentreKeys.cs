using System.Text;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Centre;

/// <summary>Turns what a centre holds into keys of configuration, or refuses it as a whole. Pure.</summary>
/// <remarks>
/// One key, one value: <c>HA/Services/catalog/Balancer</c>. A key whose last part ends in <c>.json</c> holds a document
/// instead, whose keys count from where it is; single keys have the last word over documents, and later documents over
/// earlier ones, in ordinal order.
/// </remarks>
internal sealed class CentreKeys(CentreLimits limits, DeniedKeys denied)
{
    private const string Document = ".json";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="snapshot">What the centre holds.</param>
    /// <param name="leftOut">Takes the keys that the centre may not set.</param>
    /// <exception cref="CentreException">It will not do.</exception>
    internal SortedDictionary<string, string?> Read(CentreSnapshot snapshot, ICollection<string> leftOut)
    {
        if (snapshot.Values.Length > limits.MaxKeys) throw TooMany();
        var total = 0L;
        List<(string Key, string Value)> values = [];
        foreach (var (name, bytes) in snapshot.Values.OrderBy(static v => v.Key, StringComparer.Ordinal))
        {
            total += name.Length + bytes.Length;
            if (total > limits.MaxBytes) throw new CentreException($"It holds more than {limits.MaxBytes} bytes, the most that are taken.");
            // Consul's own pages make keys for folders, with nothing in them.
            if (name.EndsWith('/') && bytes.IsEmpty) continue;
            values.Add((KeyOf(name), TextOf(name, bytes)));
        }

        var keys = new SortedDictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in values.Where(static v => IsDocument(v.Key)))
        {
            foreach (var (inner, text) in Flat(key, value)) Take(inner, text);
        }

        HashSet<string> single = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in values.Where(static v => !IsDocument(v.Key)))
        {
            if (!single.Add(key))
                throw new CentreException($"It has '{SettingText.Shown(key)}' twice; case and '/' or ':' make no difference.");
            Take(key, value);
        }

        return keys;

        void Take(string key, string? value)
        {
            if (denied.Contains(key)) leftOut.Add(key);
            else keys[key] = value;
            if (keys.Count > limits.MaxKeys) throw TooMany();
        }
    }

    private static bool IsDocument(string key) => key.EndsWith(Document, StringComparison.OrdinalIgnoreCase);

    private CentreException TooMany() => new($"It holds more than {limits.MaxKeys} keys, the most that are taken.");

    private string KeyOf(string name)
    {
        var key = name.Replace('/', ConfigurationPath.KeyDelimiter[0]);
        if (key.Length > limits.MaxKeyLength)
            throw new CentreException($"The key '{SettingText.Shown(key)}' has more than {limits.MaxKeyLength} characters.");
        return !key.Any(char.IsControl) && key.Split(ConfigurationPath.KeyDelimiter).All(static s => s.Length > 0)
            ? key
            : throw new CentreException($"'{SettingText.Shown(name)}' is no key: its parts must be texts, such as HA/Defaults/Balancer.");
    }

    private string TextOf(string name, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > limits.MaxValueBytes)
            throw new CentreException($"The value of '{SettingText.Shown(name)}' has more than {limits.MaxValueBytes} bytes.");
        string text;
        try
        {
            text = Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new CentreException($"The value of '{SettingText.Shown(name)}' is no text in UTF-8.", e);
        }

        if (text.Any(static c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            throw new CentreException($"The value of '{SettingText.Shown(name)}' has control characters.");
        // What a shell writes often ends in one.
        return text.TrimEnd('\r', '\n');
    }

    private IEnumerable<(string Key, string? Value)> Flat(string key, string text)
    {
        var end = key.LastIndexOf(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
        var place = end < 0 ? "" : key[..(end + 1)];
        foreach (var (inner, value) in Parsed(key, text))
        {
            if (value is null) continue;
            if (place.Length + inner.Length > limits.MaxKeyLength || inner.Any(char.IsControl) || value.Any(char.IsControl))
                throw new CentreException($"The document '{SettingText.Shown(key)}' has a key that is too long, or control characters.");
            yield return (place + inner, value);
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Parsed(string key, string text)
    {
        try
        {
            using var stream = new MemoryStream(Strict.GetBytes(text));
            using var root = (ConfigurationRoot)new ConfigurationBuilder().AddJsonStream(stream).Build();
            return [.. root.AsEnumerable()];
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new CentreException($"'{SettingText.Shown(key)}' is no JSON document: {SettingText.Shown(e.Message)}", e);
        }
    }
}
