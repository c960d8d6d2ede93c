using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace HA.Core.Hosting;

/// <summary>A key that was read from a file, and whose it is.</summary>
internal sealed record OwnedKey(string Service, ECDsaSecurityKey Key);

/// <summary>The keys of <see cref="ServiceTokenOptions"/> as files held them at one moment. Immutable.</summary>
internal sealed class TokenKeys : IFileContent
{
    // Whoever has more keys or larger files than this means something else.
    private const int MostKeys = 10_000;
    private const int MostBytes = 64 * 1024;
    private const string Suffix = ".pem";

    private TokenKeys(byte[] digest, ECDsaSecurityKey? own, Dictionary<string, OwnedKey> trusted)
    {
        Digest = digest;
        Own = own;
        Trusted = trusted;
    }

    public byte[] Digest { get; }

    /// <summary>What this program signs with; null if it has nothing to.</summary>
    internal ECDsaSecurityKey? Own { get; }

    /// <summary>Public keys by their id.</summary>
    internal IReadOnlyDictionary<string, OwnedKey> Trusted { get; }

    internal static byte[] DigestOf(ServiceTokenOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(options))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(Encoding.UTF8.GetBytes(Read(file)));
        }

        return hash.GetHashAndReset();
    }

    /// <exception cref="Exception">See <see cref="FileContent.IsUnusable"/>: a file is not there, or not what it should be.</exception>
    internal static TokenKeys Load(ServiceTokenOptions options)
    {
        var digest = DigestOf(options);
        var own = options.SigningKeyFile is { } file ? Keys(file, "PRIVATE KEY").First() : null;
        var trusted = new Dictionary<string, OwnedKey>(StringComparer.Ordinal);
        foreach (var path in TrustedFiles(options))
        {
            var service = Path.GetFileNameWithoutExtension(path);
            try
            {
                ServiceInstance.RequireValidService(service);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"{path} should be named after a service, such as buyer.pem: {e.Message}", e);
            }

            foreach (var key in Keys(path, "PUBLIC KEY"))
            {
                // One key of two services would let each speak for the other.
                if (trusted.TryGetValue(key.KeyId, out var other) && other.Service != service)
                    throw new InvalidDataException($"{path} has a key of '{other.Service}' too: every service needs one of its own.");
                trusted[key.KeyId] = new OwnedKey(service, key);
            }
        }

        return new TokenKeys(digest, own, trusted);
    }

    private static IEnumerable<string> Files(ServiceTokenOptions options) =>
        options.SigningKeyFile is { } own ? TrustedFiles(options).Prepend(own) : TrustedFiles(options);

    private static string[] TrustedFiles(ServiceTokenOptions options)
    {
        if (options.TrustFolder is not { } folder) return [];
        var files = Directory.GetFiles(folder, "*" + Suffix).Order(StringComparer.Ordinal).ToArray();
        return files.Length <= MostKeys ? files : throw new InvalidDataException($"{folder} has more than {MostKeys} files.");
    }

    private static List<ECDsaSecurityKey> Keys(string file, string label)
    {
        List<ECDsaSecurityKey> keys = [];
        var text = Read(file).AsSpan();
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label].EndsWith(label, StringComparison.Ordinal)) keys.Add(Key(file, text[fields.Location]));
            text = text[fields.Location.End..];
        }

        return keys.Count > 0 ? keys : throw new InvalidDataException($"{file} holds no key: expected '-----BEGIN {label}-----'.");
    }

    private static ECDsaSecurityKey Key(string file, ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        // Without what the platform says: it may repeat what it was given.
        if (!TryImport(key, pem))
            throw new InvalidDataException($"{file} holds a key that cannot be read: expected one for ECDSA on P-256.");

        // A curve is a part of the algorithm: ES256 is P-256.
        if (key.KeySize != 256) throw new InvalidDataException($"{file} holds a key of {key.KeySize} bits: expected one on P-256.");
        var security = new ECDsaSecurityKey(key);
        // By its own thumbprint (RFC 7638), so that nobody has to invent names for keys, and none can be claimed.
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
        return security;
    }

    private static bool TryImport(ECDsa key, ReadOnlySpan<char> pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static string Read(string file)
    {
        FileContent.RequireAtMost(file, MostBytes);
        return File.ReadAllText(file);
    }
}
