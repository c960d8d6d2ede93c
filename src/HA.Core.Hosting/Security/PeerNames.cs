using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace HA.Core.Hosting;

/// <summary>Which services a certificate was made out to.</summary>
internal static class PeerNames
{
    private const string SubjectAlternativeName = "2.5.29.17";

    // What a certificate has of names is small; more than this is somebody's attempt at work for us.
    private const int MostNames = 64;

    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag Dns = new(TagClass.ContextSpecific, 2);

    internal static bool IsService(string? text)
    {
        try
        {
            ServiceInstance.RequireValidService(text!);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Names of services in a certificate's subject alternative names; its common name is none.</summary>
    /// <param name="certificate">Any; it need not be believed yet.</param>
    /// <param name="trustDomain">The domain of SPIFFE names; null for DNS names.</param>
    internal static IReadOnlyList<string> Of(X509Certificate2 certificate, string? trustDomain)
    {
        List<string> services = [];
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != SubjectAlternativeName) continue;
            try
            {
                Read(new AsnReader(extension.RawData, AsnEncodingRules.DER), trustDomain, services);
            }
            catch (AsnContentException)
            {
                // Half a list of names is none.
                return [];
            }
        }

        return services;
    }

    private static void Read(AsnReader reader, string? trustDomain, List<string> services)
    {
        var names = reader.ReadSequence();
        for (var i = 0; names.HasData && i < MostNames; i++)
        {
            var tag = names.PeekTag();
            string? service = null;
            if (trustDomain is not null && tag.HasSameClassAndValue(Uri))
                service = InDomain(names.ReadCharacterString(UniversalTagNumber.IA5String, Uri), trustDomain);
            else if (trustDomain is null && tag.HasSameClassAndValue(Dns))
                service = names.ReadCharacterString(UniversalTagNumber.IA5String, Dns);
            else
                names.ReadEncodedValue();
            // A wildcard is no name of a service, so it is nobody's.
            if (IsService(service)) services.Add(service!);
        }
    }

    // Compared as text: what a URI parser would make equal is not the same name.
    private static string? InDomain(string name, string trustDomain)
    {
        var prefix = $"spiffe://{trustDomain}/";
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
    }
}
