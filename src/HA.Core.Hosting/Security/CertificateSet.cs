using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HA.Core.Hosting;

/// <summary>What the files of <see cref="MutualTlsOptions"/> held at one moment. Immutable.</summary>
/// <remarks>Disposing ends it for connections that are made from then on, not for those that stand.</remarks>
internal sealed class CertificateSet : IFileContent, IDisposable
{
    private const int MostBytes = 1 << 20;

    private CertificateSet(
        byte[] digest, SslStreamCertificateContext own, X509Certificate2Collection roots, X509Certificate2Collection others)
    {
        Digest = digest;
        Own = own;
        Roots = roots;
        Others = others;
    }

    public byte[] Digest { get; }

    /// <summary>This program's certificate, its key and what stands between it and a root.</summary>
    internal SslStreamCertificateContext Own { get; }

    /// <summary>The roots that are believed.</summary>
    internal X509Certificate2Collection Roots { get; }

    /// <summary>Certificates between that may be missing from what others send.</summary>
    internal X509Certificate2Collection Others { get; }

    internal static byte[] DigestOf(MutualTlsOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in (string?[])[options.CertificateFile, options.KeyFile, options.TrustFile])
        {
            if (file is null) continue;
            var bytes = Read(file);
            hash.AppendData(bytes);
            CryptographicOperations.ZeroMemory(bytes);
        }

        return hash.GetHashAndReset();
    }

    /// <exception cref="Exception">See <see cref="FileContent.IsUnusable"/>: a file is not there, or not what it should be.</exception>
    internal static CertificateSet Load(MutualTlsOptions options)
    {
        // Before the files are read: what is written meanwhile is found to be new the next time.
        var digest = DigestOf(options);
        var (roots, others) = Trust(options.TrustFile);
        X509Certificate2 own;
        try
        {
            own = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        }
        catch (CryptographicException e)
        {
            var files = options.KeyFile is null ? options.CertificateFile : $"{options.CertificateFile} and {options.KeyFile}";
            throw new InvalidDataException($"{files} do not hold a certificate and its private key as PEM: {e.Message}", e);
        }

        var between = new X509Certificate2Collection();
        between.ImportFromPemFile(options.CertificateFile);
        // Offline: whoever writes a certificate must not make this program fetch anything.
        return new CertificateSet(digest, SslStreamCertificateContext.Create(own, between, offline: true), roots, others);
    }

    public void Dispose()
    {
        Own.TargetCertificate.Dispose();
        foreach (var certificate in Roots) certificate.Dispose();
        foreach (var certificate in Others) certificate.Dispose();
    }

    private static (X509Certificate2Collection Roots, X509Certificate2Collection Others) Trust(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        var (roots, others) = (new X509Certificate2Collection(), new X509Certificate2Collection());
        foreach (var one in all) (one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData) ? roots : others).Add(one);
        return roots.Count > 0 ? (roots, others) : throw new InvalidDataException($"{file} holds no root certificate as PEM.");
    }

    private static byte[] Read(string file)
    {
        FileContent.RequireAtMost(file, MostBytes);
        return File.ReadAllBytes(file);
    }
}
