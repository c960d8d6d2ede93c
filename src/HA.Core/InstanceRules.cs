using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace HA.Core;

/// <summary>What a <see cref="ServiceInstance"/> may hold. One rule, one method, one message that says what to do.</summary>
internal static class InstanceRules
{
    internal const int MaxServiceLength = 128;
    internal const int MaxIdLength = 256;
    internal const int MaxLabelLength = 256;
    internal const int MaxValueLength = 4096;
    internal const int MaxEntries = 64;
    internal const int MaxWeight = 1_000_000;
    private const int MaxAddressLength = 253;
    private const int MaxUrlLength = 2048;

    internal static readonly ImmutableSortedDictionary<string, string> NoMetadata =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    // The name becomes a key prefix in registries and the host of a URI, whose parser lowers case: one spelling only.
    internal static string ServiceName(string value)
    {
        ArgumentNullException.ThrowIfNull(value, "service");
        if (value.Length is 0 or > MaxServiceLength || !char.IsAsciiLetterOrDigit(value[0])
            || value.Contains("..", StringComparison.Ordinal)
            || !value.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.')
            || IPAddress.TryParse(value, out _))
        {
            throw Bad(
                "service", value,
                $"a service name is 1 to {MaxServiceLength} lower-case letters, digits, '-', '_' or single '.', begins with a letter or "
                + "digit, and is not an IP address such as 127 or 10.0.0.5");
        }

        return value;
    }

    internal static string Id(string value)
    {
        ArgumentNullException.ThrowIfNull(value, "id");
        if (!IsId(value))
        {
            throw Bad(
                "id", value,
                $"an instance id is 1 to {MaxIdLength} letters, digits, '-', '_', ':', '@' or single '.', and begins with a letter "
                + "or digit");
        }

        return value;
    }

    internal static bool IsId(string? value) =>
        value is { Length: > 0 and <= MaxIdLength } && char.IsAsciiLetterOrDigit(value[0])
        && !value.Contains("..", StringComparison.Ordinal)
        && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '@');

    internal static string Address(string value)
    {
        ArgumentNullException.ThrowIfNull(value, "address");
        // To a URI full stops and digits of other scripts are ours, so anything but ASCII could be an address in disguise.
        var isAddress = value.Length <= MaxAddressLength && value.All(char.IsAscii) && (IPAddress.TryParse(value, out var ip)
            ? IsWrittenInFull(value, ip)
            : Uri.CheckHostName(value) == UriHostNameType.Dns && !EndsInNumber(value));
        return isAddress
            ? value
            : throw Bad(
                "address", value,
                "an address is an IP address such as 10.0.0.5 or a host name in ASCII such as orders.internal, without scheme or port");
    }

    internal static int Port(int value) => value is >= 1 and <= 65535
        ? value
        : throw OutOfRange("port", value, "A port is 1 to 65535.");

    internal static string Scheme(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length <= 32 && Uri.CheckSchemeName(value) && !value.Any(char.IsAsciiLetterUpper)
            ? value
            : throw Bad(nameof(Scheme), value, "a scheme is a lower-case URI scheme such as http or https");
    }

    internal static int Weight(int value) => value is >= 0 and <= MaxWeight
        ? value
        : throw OutOfRange(nameof(Weight), value, $"A weight is 0 to {MaxWeight}; 0 asks for no traffic.");

    internal static ServiceStatus Status(ServiceStatus value) => value <= ServiceStatus.Down
        ? value
        : throw OutOfRange(nameof(Status), value, "A status is Up, Draining or Down.");

    internal static ImmutableArray<string> Tags(ImmutableArray<string> value)
    {
        if (value.IsDefaultOrEmpty) return [];
        if (value.Length > MaxEntries) throw TooMany(nameof(Tags), value.Length);
        foreach (var tag in value) _ = Label(tag ?? throw Bad(nameof(Tags), null, "a tag is not null"), nameof(Tags));
        return value;
    }

    internal static string? Label(string? value, string name)
    {
        if (value is null) return null;
        return value.Length is > 0 and <= MaxLabelLength && IsPlain(value)
            ? value
            : throw Bad(name, value, $"it is 1 to {MaxLabelLength} characters without control characters");
    }

    internal static ImmutableSortedDictionary<string, string> Metadata(ImmutableSortedDictionary<string, string> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Count > MaxEntries) throw TooMany(nameof(Metadata), value.Count);
        foreach (var (key, text) in value)
        {
            _ = Label(key, nameof(Metadata));
            if (text is null || text.Length > MaxValueLength || !IsPlain(text))
            {
                throw Bad(
                    nameof(Metadata), text,
                    $"the value of '{key}' is at most {MaxValueLength} characters without control characters");
            }
        }

        // The caller's comparer could follow a culture; ours never does.
        return ReferenceEquals(value.KeyComparer, StringComparer.Ordinal) ? value : value.WithComparers(StringComparer.Ordinal);
    }

    internal static string? HealthCheckUrl(string? value)
    {
        if (value is null) return null;
        var isPath = value.StartsWith('/') && !value.StartsWith("//", StringComparison.Ordinal)
            && Uri.TryCreate(value, UriKind.Relative, out _);
        var isUrl = Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        return value.Length <= MaxUrlLength && IsPlain(value) && !value.Contains('\\', StringComparison.Ordinal) && (isPath || isUrl)
            ? value
            : throw Bad(nameof(HealthCheckUrl), value, "a health-check URL is a path such as /health or an absolute http or https URL");
    }

    internal static Uri BaseUri(string scheme, string address, int port)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        return new Uri($"{scheme}://{host}:{port.ToString(CultureInfo.InvariantCulture)}/");
    }

    // IPAddress.Parse takes 1, 0x7f.1 and 127.1 for addresses; a registry must not smuggle one in under another spelling.
    private static bool IsWrittenInFull(string value, IPAddress ip) =>
        ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? !value.Contains('[', StringComparison.Ordinal) && !value.Contains('%', StringComparison.Ordinal)
            : value.Count(static c => c == '.') == 3 && ip.ToString() == value;

    // Besides control characters: what ends a line, turns its direction around, or is half a character.
    private static bool IsPlain(ReadOnlySpan<char> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\u061c' or '\ufeff' or (>= '\u200e' and <= '\u200f')
                or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') || char.IsLowSurrogate(c))
            {
                return false;
            }

            if (char.IsHighSurrogate(c) && (++i == value.Length || !char.IsLowSurrogate(value[i]))) return false;
        }

        return true;
    }

    private static bool EndsInNumber(string host)
    {
        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        return last.IsEmpty || !last.ContainsAnyExceptInRange('0', '9');
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object value, string rule) => new(name, value, rule);

    private static ArgumentException TooMany(string name, int count) =>
        new($"{name} has {count} entries; at most {MaxEntries} are allowed.", name);

    // The value is shown cut and without control characters: it may come from a stranger and end in a log.
    private static ArgumentException Bad(string name, string? value, string rule)
    {
        var shown = value is null ? "null" : new string([.. value.Take(64).Select(static c => IsPlain([c]) ? c : '?')]);
        return new ArgumentException($"'{shown}' is not valid for {name}: {rule}.", name);
    }
}
