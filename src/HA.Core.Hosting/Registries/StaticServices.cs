using System.Globalization;
using HA.Core.Hosting.Settings;
using HA.Core.Registry;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Registries;

/// <summary>Reads the instances of services out of a section: <c>catalog:https:0 = https://10.0.0.5:8443</c>.</summary>
/// <remarks>
/// Below a service are addresses, or names of schemes (or of endpoints) with addresses below them. An instance often has both
/// an <c>https</c> and an <c>http</c> address there: the secure ones count, or else the others.
/// </remarks>
internal static class StaticServices
{
    private const string Example = "https://10.0.0.5:8443 or 10.0.0.5:8080";

    // Whose addresses count, if it has any; named endpoints are no addresses of the service as a whole.
    private static readonly string[] Preferred = ["https", "http", "default"];

    internal static IEnumerable<ServiceInstance> Read(IConfigurationSection section, string service, ICollection<string> failures)
    {
        // Keys of configuration have no case; names of services are lower case.
        foreach (var own in section.GetChildren())
        {
            if (!string.Equals(own.Key, service, StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var (address, scheme) in Addresses(own))
            {
                if (Instance(service, address, scheme, failures) is { } instance) yield return instance;
            }
        }
    }

    /// <summary>Notes every address that will not do.</summary>
    internal static void Check(IConfigurationSection section, ICollection<string> failures)
    {
        foreach (var own in section.GetChildren())
        {
            foreach (var instance in Read(section, own.Key.ToLowerInvariant(), failures)) _ = instance;
        }
    }

    /// <summary>The instances of a service as a catalog. An address that is there twice counts once.</summary>
    internal static ServiceCatalog Catalog(IConfigurationSection section, string service, long revision)
    {
        List<string> failures = [];
        var instances = Read(section, service, failures).DistinctBy(static i => i.Id, StringComparer.Ordinal).ToArray();
        if (failures.Count > 0) throw new RegistryException(string.Join(" ", failures));
        return ServiceCatalog.Create(service, revision, instances);
    }

    private static IEnumerable<(IConfigurationSection Address, string Scheme)> Addresses(IConfigurationSection service)
    {
        if (service.Value is not null) return [(service, ServiceInstance.DefaultScheme)];
        var children = service.GetChildren().ToArray();
        var plain = children.Where(static c => IsNumber(c.Key)).ToArray();
        if (plain.Length > 0) return plain.Select(static c => (c, ServiceInstance.DefaultScheme));
        foreach (var name in Preferred)
        {
            var own = Array.Find(children, c => string.Equals(c.Key, name, StringComparison.OrdinalIgnoreCase));
            if (own is null) continue;
            var scheme = name == "default" ? ServiceInstance.DefaultScheme : name;
            return own.Value is not null ? [(own, scheme)] : own.GetChildren().Select(c => (c, scheme));
        }

        return [];
    }

    private static ServiceInstance? Instance(string service, IConfigurationSection section, string scheme, ICollection<string> failures)
    {
        var text = section.Value ?? "";
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : $"{scheme}://{text}";
        try
        {
            if (!Uri.TryCreate(whole, UriKind.Absolute, out var uri) || uri is not { UserInfo: "", PathAndQuery: "/", Fragment: "" }
                || uri.Port < 0)
            {
                failures.Add(
                    $"{SettingText.Shown(section.Path)} is '{SettingText.Shown(text)}', which is no address. For example: {Example}.");
                return null;
            }

            var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host;
            var id = $"{host}:{uri.Port.ToString(CultureInfo.InvariantCulture)}";
            return new ServiceInstance(service, char.IsAsciiLetterOrDigit(id[0]) ? id : $"v6-{id}", host, uri.Port) { Scheme = uri.Scheme };
        }
        catch (ArgumentException e)
        {
            failures.Add($"{SettingText.Shown(section.Path)} is '{SettingText.Shown(text)}': {e.Message} For example: {Example}.");
            return null;
        }
    }

    private static bool IsNumber(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
